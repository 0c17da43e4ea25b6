import KCaseSystem

/// This process as one that works on cases: whose byte of the lock file it has, and what it still owes.
final class Worker {
    /// nil before it works on a case.
    private var owner: Int64?
    /// Whether the journal has it: else the number would be another process's, too, one day.
    private var isWritten = false
    /// Intents that it has given up without having been able to write so.
    private(set) var unreleased: [Intent] = []

    private static let unreleasedMax = 4096
    /// How many bytes are tried: those taken are of processes whose first transaction came to nothing.
    private static let triesMax: Int64 = 1000

    /// The owner's number, by which others find out whether it lives. Takes a byte of the lock file before
    /// anybody can learn the number.
    func number(_ store: JournalStore, _ locks: LockFile) throws(JournalError) -> Int64 {
        if let owner, try hasByte(of: owner, locks) {
            if !isWritten, try store.owners() < owner { try store.set(owners: owner) }
            return owner
        }
        // Two copies of SQLite in one process do not see each other's locks.
        guard try !locks.hasOther(than: nil) else {
            throw JournalError("another copy of the library in this process uses it")
        }
        let owners = try store.owners()
        guard (0..<Int64.max - Worker.triesMax).contains(owners) else {
            throw JournalError("the file is damaged")
        }
        for number in (owners + 1)...(owners + Worker.triesMax) where try locks.take(number) {
            owner = number
            try store.set(owners: number)
            return number
        }
        throw JournalError("the lock file beside it cannot be locked")
    }

    /// The transaction that asked for the number is on the disk.
    func hasWrittenNumber() { isWritten = true }

    /// Takes the byte again if it was lost: whoever opens the lock file in this process and closes it, to
    /// copy it say, frees all of the process's locks.
    private func hasByte(of owner: Int64, _ locks: LockFile) throws(JournalError) -> Bool {
        if try locks.isLocked(owner) { return true }
        return try locks.take(owner)
    }

    /// Their owner no longer works on them, and they could not be released.
    func owes(_ intents: [Intent]) {
        let room = max(Worker.unreleasedMax - unreleased.count, 0)
        unreleased.append(contentsOf: intents.prefix(room))
    }

    /// Those that it owed, the first of them, are released. Another thread may have released some as well.
    func hasReleased(_ intents: [Intent]) {
        var count = 0
        for intent in intents where count < unreleased.count && unreleased[count] == intent { count += 1 }
        unreleased.removeFirst(count)
    }
}
