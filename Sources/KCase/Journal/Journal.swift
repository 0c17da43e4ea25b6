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

    /// A transaction that asked for the worker's number, and released these intents, is on the disk.
    func hasCommitted(_ released: [Intent]) {
        state.withLock { _ in
            worker.hasWrittenNumber()
            worker.hasReleased(released)
        }
    }

    // MARK: - Transactions

    /// Runs the body in a transaction, alone among all processes if it is to write. What it wrote is on the
    /// disk when this returns.
    func transact<Output>(
        toWrite: Bool = true, _ lockWait: LockWait,
        _ body: (JournalStore, LockFile) throws(JournalError) -> Output
    ) throws(JournalError) -> Output {
        var output: Output?
        try run(toWrite: toWrite, lockWait) { store, locks throws(JournalError) in
            output = try body(store, locks)
        }
        guard let output else { throw .outOfResources }
        return output
    }

    private typealias Body = (JournalStore, LockFile) throws(JournalError) -> Void

    /// Has the compiler take the body for one that escapes: it would make a copy of all that follows for each
    /// that does not.
    @inline(never)
    private func run(toWrite: Bool, _ lockWait: LockWait, _ body: Body) throws(JournalError) {
        try withoutActuallyEscaping(body) { body throws(JournalError) in
            try wait(toWrite: toWrite, lockWait, body)
        }
    }

    /// Runs the body once no other process has the journal.
    @inline(never)
    private func wait(toWrite: Bool, _ lockWait: LockWait, _ body: Body) throws(JournalError) {
        var lockWait = lockWait
        while true {
            // No thread waits for another that waits for other processes.
            let isDone: Result<Bool, JournalError> = state.withLock { state in
                do throws(JournalError) {
                    return .success(try attempt(&state, toWrite: toWrite, body))
                } catch {
                    if error.isLasting {
                        state.fault = error
                        isFaulty.store(true, ordering: .relaxed)
                    }
                    return .failure(error)
                }
            }
            if try isDone.get() { return }
            guard lockWait.pause() else { throw JournalError("other processes keep it locked") }
        }
    }

    /// False if other processes have it.
    private func attempt(
        _ state: inout State, toWrite: Bool, _ body: Body
    ) throws(JournalError) -> Bool {
        if let fault = state.fault { throw fault }
        let locks = try lockFile(&state)
        guard locks.isIntact, file.isIntact else { throw .closed }
        guard try locks.lock(toWrite: toWrite || state.store == nil) else { return false }
        defer { locks.unlock() }
        let result = ForkGate.inside { () -> Result<Void, JournalError> in
            do throws(JournalError) {
                let store = try store(&state)
                try Journal.transact(store, toWrite: toWrite) { store throws(JournalError) in
                    try store.checkVersion()
                    try body(store, locks)
                }
                return .success(())
            } catch {
                // A connection that has met an error may be left in any state: the next call opens another,
                // which also finishes what this one could not take back.
                if error.code != 0 || !(state.store?.rollBack() ?? true) { state.store = nil }
                return .failure(error)
            }
        }
        try result.get()
        return true
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

    private static func transact(
        _ store: JournalStore, toWrite: Bool, _ body: (JournalStore) throws(JournalError) -> Void
    ) throws(JournalError) {
        do throws(JournalError) {
            try store.begin(toWrite: toWrite)
            try body(store)
            try store.commit()
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
        guard file.mayBeWritten else { throw JournalError("the file may not be written") }
        try transact(.usual) { _, _ throws(JournalError) in }
    }
}
