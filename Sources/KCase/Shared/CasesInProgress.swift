import KCaseProtocol
import KCaseSystem

/// The cases that operations of a client cancel now: each once at a time. Who comes second waits for what the
/// first finds out.
package final class CasesInProgress {
    package enum Entrance {
        /// The case is the caller's, who must `leave` it.
        case entered(Ticket)
        /// Another operation has it: ask again once woken, or `abandon` it.
        case occupied(Ticket)
        /// The operation that had it found it canceled.
        case canceled(Evidence)
    }

    /// Names an entry.
    package struct Ticket {
        fileprivate let number: UInt64
    }

    private struct Entry {
        let number: UInt64
        /// Tells most ids apart without comparing them.
        let key: UInt64
        let id: [UInt8]
        var isOccupied = true
        var waiting = 0
        /// What the last operation found, if it is that the case is canceled.
        var canceled: Evidence?
    }

    private struct State {
        var entries: [Entry] = []
        var issued: UInt64 = 0
    }

    private let state = Locked(State())
    private let wake: () -> Void

    /// `wake` is called when a case that others wait for is left.
    init(wake: @escaping () -> Void) { self.wake = wake }

    package func enter(_ id: [UInt8]) -> Entrance {
        let key = CasesInProgress.key(id)
        return state.withLock { state in
            let found = state.entries.firstIndex {
                $0.key == key && ASCII.equalIgnoringCase($0.id, id)
            }
            guard let index = found else {
                state.issued &+= 1
                state.entries.append(Entry(number: state.issued, key: key, id: id))
                return .entered(Ticket(number: state.issued))
            }
            state.entries[index].waiting += 1
            return CasesInProgress.ask(index, &state)
        }
    }

    /// Of who found it occupied.
    package func askAgain(_ ticket: Ticket) -> Entrance {
        state.withLock { state in
            guard let index = CasesInProgress.index(ticket, state) else { return .occupied(ticket) }
            return CasesInProgress.ask(index, &state)
        }
    }

    /// The caller is done with the case; `canceled` if it is known to be canceled.
    package func leave(_ ticket: Ticket, canceled: Evidence?) {
        let isAwaited = state.withLock { state in
            guard let index = CasesInProgress.index(ticket, state) else { return false }
            guard state.entries[index].waiting > 0 else {
                CasesInProgress.remove(index, &state)
                return false
            }
            state.entries[index].isOccupied = false
            state.entries[index].canceled = canceled
            return true
        }
        if isAwaited { wake() }
    }

    /// The caller no longer waits for the case.
    package func abandon(_ ticket: Ticket) {
        state.withLock { state in
            guard let index = CasesInProgress.index(ticket, state) else { return }
            state.entries[index].waiting -= 1
            if state.entries[index].waiting <= 0, !state.entries[index].isOccupied {
                CasesInProgress.remove(index, &state)
            }
        }
    }

    private static func ask(_ index: Int, _ state: inout State) -> Entrance {
        let ticket = Ticket(number: state.entries[index].number)
        if state.entries[index].isOccupied { return .occupied(ticket) }
        state.entries[index].waiting -= 1
        if let evidence = state.entries[index].canceled {
            if state.entries[index].waiting <= 0 { remove(index, &state) }
            return .canceled(evidence)
        }
        state.entries[index].isOccupied = true
        return .entered(ticket)
    }

    private static func index(_ ticket: Ticket, _ state: State) -> Int? {
        state.entries.firstIndex { $0.number == ticket.number }
    }

    private static func remove(_ index: Int, _ state: inout State) {
        state.entries.swapAt(index, state.entries.count - 1)
        state.entries.removeLast()
    }

    /// The letters without their case, eight at a time.
    private static func key(_ id: [UInt8]) -> UInt64 {
        id.withUnsafeBytes { bytes in
            var hash = UInt64(bytes.count)
            var place = 0
            while bytes.count - place >= 8 {
                let eight = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                hash = (hash ^ (eight | 0x2020_2020_2020_2020)) &* 0x9E37_79B9_7F4A_7C15
                hash ^= hash >> 32
                place += 8
            }
            while place < bytes.count {
                hash = (hash ^ UInt64(bytes[place] | 0x20)) &* 0x0000_0100_0000_01B3
                place += 1
            }
            return hash
        }
    }
}
