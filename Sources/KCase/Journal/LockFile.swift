import CSystem
import KCaseSystem

/// The file beside a journal in which processes lock single bytes: byte 0 while they read or commit, and one
/// of its own each for as long as it works on cases. The kernel frees the bytes of a process that ends,
/// however it ends, and a child inherits none.
///
/// The descriptor is opened once: closing any descriptor of a file frees all the locks that the process has
/// on it.
final class LockFile {
    private let descriptor: OwnDescriptor
    private let path: String
    private let identity: FileIdentity

    private init(_ descriptor: OwnDescriptor, _ path: String, _ identity: FileIdentity) {
        self.descriptor = descriptor
        self.path = path
        self.identity = identity
    }

    deinit { descriptor.close() }

    static func open(_ path: String) throws(JournalError) -> LockFile {
        guard let descriptor = OwnDescriptor({ path.withCString { kc_open_private_file($0) } }) else {
            throw JournalError("the lock file beside it cannot be opened")
        }
        guard let identity = FileIdentity(of: descriptor.number) else {
            descriptor.close()
            throw .outOfResources
        }
        return LockFile(descriptor, path, identity)
    }

    /// Whether the descriptor is still the library's, and the file still where others look for it.
    var isIntact: Bool { descriptor.isOurs && FileIdentity(of: path) == identity }

    // MARK: - The lock for commits

    /// Locks byte 0 for this process: exclusively to write, together with others to read. False if others
    /// have it.
    func lock(toWrite: Bool) throws(JournalError) -> Bool {
        switch kc_lock_byte(descriptor.number, 0, Int16(toWrite ? F_WRLCK : F_RDLCK)) {
        case 0: return true
        case 1: return false
        default: throw JournalError("the lock file beside it cannot be locked")
        }
    }

    func unlock() { _ = kc_lock_byte(descriptor.number, 0, Int16(F_UNLCK)) }

    // MARK: - The bytes of owners

    /// Takes an owner's byte; false if somebody has it.
    func take(_ owner: Int64) throws(JournalError) -> Bool {
        if try isLocked(owner) { return false }
        switch kc_lock_byte(descriptor.number, owner, Int16(F_WRLCK)) {
        case 0: return true
        case 1: return false
        default: throw JournalError("the lock file beside it cannot be locked")
        }
    }

    /// Whether a process lives that has the byte.
    func isLocked(_ owner: Int64) throws(JournalError) -> Bool {
        var found = Found()
        return try find(from: owner, count: 1, &found)
    }

    /// Whether this process has bytes that another copy of the library locked.
    func hasOther(than own: Int64?) throws(JournalError) -> Bool {
        var place: Int64 = 1
        var found = Found()
        // Bytes side by side that one process has are found as one.
        for _ in 0..<LockFile.ownersMax {
            guard try find(from: place, count: 0, &found) else { return false }
            let isOwn = own == found.start && found.length == 1
            if found.process == kc_getpid(), !isOwn { return true }
            guard found.length > 0 else { return false }
            place = found.start + found.length
        }
        return false
    }

    private static let ownersMax = 100_000

    private struct Found {
        var start: Int64 = 0
        var length: Int64 = 0
        var process: Int32 = 0
    }

    private func find(from place: Int64, count: Int64, _ found: inout Found) throws(JournalError) -> Bool {
        let answer = kc_locked_bytes(
            descriptor.number, place, count, &found.start, &found.length, &found.process)
        guard answer >= 0 else { throw JournalError("the lock file beside it cannot be asked for its locks") }
        return answer == 1
    }
}
