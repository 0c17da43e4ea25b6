import KCaseSystem
import Synchronization

/// A journal as one process has it: all its threads and clients share it. Whoever comes waits for those
/// before, in this process and in others.
package final class Journal: @unchecked Sendable {
    private struct State {
        var store: JournalStore?
        var locks: LockFile?
        /// Why nothing more is written by this process.
        var fault: JournalError?
    }

    private let isFaulty = Atomic<Bool>(false)

    let file: JournalFile
    private let state = Locked(State())
    /// Looked at within a transaction only.
    let worker = Worker()

    init(_ file: JournalFile) { self.file = file }

    /// How long a call waits for others at least, however little time it has left: what was found out is
    /// worth that.
    package static let waitMin: Milliseconds = 30_000

    /// Whether this process writes nothing more.
    var hasFault: Bool { isFaulty.load(ordering: .relaxed) }

    /// Gives its files back. It is not used any more.
    func close() {
        state.withLock { state in
            ForkGate.inside { state.store = nil }
            state.locks = nil
        }
    }

    func owe(_ intents: [Intent]) { state.withLock { _ in worker.owes(intents) } }

    /// A transaction that asked for the worker's number, and released so many intents, is on the disk.
    func hasCommitted(_ released: Int) {
        state.withLock { _ in
            worker.hasWrittenNumber()
            worker.hasReleased(released)
        }
    }

    // MARK: - Transactions

    /// Runs the body in a transaction, alone among all processes if it is to write. What it wrote is on the
    /// disk when this returns.
    func transact<Output>(
        toWrite: Bool = true, until deadline: Instant,
        _ body: (JournalStore, LockFile) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        let result: Result<Output, JournalError> = state.withLock { state in
            do throws(JournalError) {
                return .success(try transact(&state, toWrite: toWrite, until: deadline, body))
            } catch {
                if error.isLasting {
                    state.fault = error
                    isFaulty.store(true, ordering: .relaxed)
                }
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func transact<Output>(
        _ state: inout State, toWrite: Bool, until deadline: Instant,
        _ body: (JournalStore, LockFile) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        if let fault = state.fault { throw fault }
        let locks = try lockFile(&state)
        guard locks.isIntact, file.isIntact else { throw .closed }
        guard try locks.lock(toWrite: toWrite || state.store == nil, until: deadline) else {
            throw JournalError("other processes keep it locked")
        }
        defer { locks.unlock() }
        let result = ForkGate.inside { () -> Result<Output, JournalError> in
            do throws(JournalError) {
                let store = try store(&state)
                let output = try Journal.transact(store, toWrite: toWrite) { store throws(JournalError) in
                    try body(store, locks)
                }
                return .success(output)
            } catch {
                // A connection that has met an error may be left in any state: the next call opens another,
                // which also finishes what this one could not take back.
                if error.code != 0 || !(state.store?.rollBack() ?? true) { state.store = nil }
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func lockFile(_ state: inout State) throws(JournalError) -> LockFile {
        if let locks = state.locks { return locks }
        let locks = try LockFile.open(file.lockPath)
        state.locks = locks
        return locks
    }

    private func store(_ state: inout State) throws(JournalError) -> JournalStore {
        if let store = state.store { return store }
        let store = try open()
        state.store = store
        return store
    }

    private static func transact<Output>(
        _ store: JournalStore, toWrite: Bool, _ body: (JournalStore) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        do throws(JournalError) {
            try store.begin(toWrite: toWrite)
            let output = try body(store)
            try store.commit()
            return output
        } catch {
            _ = store.rollBack()
            throw error
        }
    }

    private func open() throws(JournalError) -> JournalStore {
        try file.secureNames()
        let database = try Database.open(file.path)
        for setting in Schema.settings { try database.run(setting) }
        guard try Schema.isInMode(database) else {
            throw JournalError("another program has given the file another journal_mode, and uses it")
        }
        let store = JournalStore(database)
        try Journal.transact(store, toWrite: true) { store throws(JournalError) in
            try Schema.prepare(store.database)
        }
        return store
    }

    /// Whether it can be read and written at all.
    package func check() throws(JournalError) {
        try transact(until: Clock.now + Journal.waitMin) { _, _ throws(JournalError) in }
    }
}
