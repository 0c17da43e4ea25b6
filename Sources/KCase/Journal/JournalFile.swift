import CSystem
import KCaseSystem

/// Which file a name leads to.
struct FileIdentity: Equatable {
    private let device: UInt64
    private let number: UInt64
    fileprivate let isRegular: Bool

    init?(of path: String) {
        var found = kc_file_identity()
        guard path.withCString({ kc_stat_identity($0, &found) }) == 0 else { return nil }
        self.init(found)
    }

    init?(of descriptor: Int32) {
        var found = kc_file_identity()
        guard kc_fstat_identity(descriptor, &found) == 0 else { return nil }
        self.init(found)
    }

    private init(_ found: kc_file_identity) {
        device = found.device
        number = found.number
        isRegular = found.is_regular != 0
    }
}

/// A journal's file, which is there: its path without links, and which file that is.
struct JournalFile {
    let path: String
    let identity: FileIdentity

    var lockPath: String { path + "-lock" }

    /// Whether the path still leads to the same file.
    var isIntact: Bool { FileIdentity(of: path) == identity }

    /// SQLite would find out with the first intent only.
    var mayBeWritten: Bool { path.withCString { kc_may_write($0) != 0 } }

    /// Makes the file that SQLite keeps for rollbacks, and has the names of both written to the disk. SQLite
    /// does the same, and does not look whether it could.
    func secureNames() throws(JournalError) {
        let made = (path + "-journal").withCString { kc_create_private_file($0) }
        let (folder, _) = JournalFile.split(path)
        guard made >= 0, folder.withCString({ kc_fsync_folder($0) }) == 0 else {
            throw JournalError("its folder cannot be written or synced")
        }
    }

    /// Finds the file, and makes an empty one where there is none.
    init(_ settings: JournalSettings, mayMake: Bool = true) throws(JournalError) {
        if let found = try JournalFile.resolved(settings.path) {
            path = found
        } else {
            guard mayMake else { throw JournalError("there is no such file") }
            path = try JournalFile.pathOfNew(settings.path)
        }
        let (folder, _) = JournalFile.split(path)
        if !settings.isNetworkAllowed, folder.withCString({ kc_statfs_is_network($0) }) != 0 {
            throw JournalError(
                "it is on a file system of another machine or of a program, where locks and syncs cannot be"
                    + " relied on; journal_on_network_fs: true takes it, for processes of one machine")
        }
        if mayMake { _ = path.withCString { kc_create_private_file($0) } }
        guard let identity = FileIdentity(of: path) else {
            throw JournalError("the file cannot be made: may its folder be written, and is there room?")
        }
        guard identity.isRegular else { throw JournalError("it is no regular file") }
        self.identity = identity
    }

    private static func pathOfNew(_ path: String) throws(JournalError) -> String {
        let (folder, name) = split(path)
        guard !name.utf8.isEmpty else { throw JournalError("it is a folder") }
        guard let found = try resolved(folder) else { throw JournalError("its folder does not exist") }
        return found.utf8.elementsEqual("/".utf8) ? "/" + name : found + "/" + name
    }

    /// nil if there is no such file. A link that was not followed would lead to other locks than those of
    /// the other processes.
    private static func resolved(_ path: String) throws(JournalError) -> String? {
        guard let found = path.withCString({ kc_realpath($0) }) else {
            if let shortage = Shortage(errno: kc_errno()) { throw .lacking(shortage) }
            return nil
        }
        defer { free(found) }
        return String(cString: found)
    }

    /// The folder, which ends with no slash unless it is all there is, and the name.
    private static func split(_ path: String) -> (folder: String, name: String) {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let folder = slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
        return (folder, String(decoding: bytes[(slash + 1)...], as: UTF8.self))
    }
}

extension JournalError {
    fileprivate init(_ text: String) { self.init(text, isLasting: false, code: 0) }
}
