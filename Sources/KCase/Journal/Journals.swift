import CSystem
import KCaseSystem
import Synchronization

/// The journals that this process has open, each once, whatever its name and however many clients it has: its
/// lock file must not be opened and closed beside another use of it.
package enum Journals {
    private struct Entry {
        let journal: Journal
        var users: Int
    }

    private struct State {
        var entries: [Entry] = []
        var process = kc_getpid()
    }

    nonisolated(unsafe) private static var state = State()
    /// Of whom the state is at present: a process; 0: nobody. A mutex would stay locked in a child that is
    /// made while another thread holds it.
    private static let user = Atomic<Int32>(0)

    /// The journal of a file, for the caller to `release`.
    static func acquire(_ settings: JournalSettings, mayMake: Bool) throws(JournalError) -> Journal {
        let file = try JournalFile(settings, mayMake: mayMake)
        return withState { state in
            let found = state.entries.firstIndex { $0.journal.file.identity == file.identity }
            guard let index = found else {
                let journal = Journal(file)
                state.entries.append(Entry(journal: journal, users: 1))
                return journal
            }
            state.entries[index].users += 1
            return state.entries[index].journal
        }
    }

    /// One that has a fault stays, so that nobody opens it anew. The others are closed at once: were it
    /// later, that would free the locks of whoever has opened the same file meanwhile.
    static func release(_ journal: Journal) {
        withState { state in
            guard let index = state.entries.firstIndex(where: { $0.journal === journal }) else { return }
            state.entries[index].users -= 1
            guard state.entries[index].users <= 0, !journal.hasFault else { return }
            state.entries.swapAt(index, state.entries.count - 1)
            state.entries.removeLast()
            journal.close()
        }
    }

    private static func withState<Output>(_ body: (inout State) -> Output) -> Output {
        let own = kc_getpid()
        var expected: Int32 = 0
        while true {
            let (isExchanged, found) = user.compareExchange(
                expected: expected, desired: own, ordering: .acquiringAndReleasing)
            if isExchanged { break }
            expected = found == own ? 0 : found
            sched_yield()
        }
        if state.process != own {
            // The parent's stay as they are: SQLite's connections are of no use in a child, not even to be
            // closed.
            for entry in state.entries { _ = Unmanaged.passRetained(entry.journal) }
            state = State()
        }
        let output = body(&state)
        user.store(0, ordering: .releasing)
        return output
    }
}

/// A use of a journal, for as long as the object is there.
package final class JournalLease {
    package let journal: Journal
    private let generation = ForkGeneration()

    private init(_ journal: Journal) { self.journal = journal }

    package static func make(
        _ settings: JournalSettings, mayMake: Bool = true
    ) throws(JournalError) -> JournalLease {
        JournalLease(try Journals.acquire(settings, mayMake: mayMake))
    }

    deinit {
        if generation.isOfThisProcess {
            Journals.release(journal)
        } else {
            _ = Unmanaged.passRetained(journal)
        }
    }
}
