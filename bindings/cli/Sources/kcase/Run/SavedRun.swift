import Glibc

/// A run that can be taken up again after anything: its validated list, in a file of the state folder that is
/// there from before the first case is sent until every case has an outcome that stands.
///
/// The first line is JSON: the service, the list's name, the tag. The records of the list follow. The file is
/// locked as long as its run is alive.
final class SavedRun {
    struct Facts {
        /// The setting and the value that name the service.
        var service: (name: String, value: String)
        var list: String
        var tag: String?
        var journal: String?
        var startedAt: String

        var json: JSON {
            .object([
                .init(name: "kcase_run", value: .number("1")),
                .init(name: service.name, value: .string(service.value)),
                .init(name: "list", value: .string(list)),
                .init(name: "tag", value: tag.map(JSON.string) ?? .null),
                .init(name: "journal", value: journal.map(JSON.string) ?? .null),
                .init(name: "started_at", value: .string(startedAt)),
            ])
        }

        init(
            service: (name: String, value: String), list: String, tag: String?, journal: String?,
            startedAt: String
        ) {
            self.service = service
            self.list = list
            self.tag = tag
            self.journal = journal
            self.startedAt = startedAt
        }

        init?(_ json: JSON) {
            guard json["kcase_run"]?.text == "1",
                let key = SettingKey.service.first(where: { json[$0.rawValue] != nil }),
                let value = json[key.rawValue]?.text, let list = json["list"]?.text,
                let startedAt = json["started_at"]?.text
            else { return nil }
            self.init(
                service: (key.rawValue, value), list: list, tag: json["tag"]?.text,
                journal: json["journal"]?.text, startedAt: startedAt)
        }
    }

    private static let suffix = ".run"
    /// While the list is being read: what is left of such a run was never begun.
    private static let unreadSuffix = ".part"

    /// What a person calls it: the file's name without its ending.
    let name: String
    let facts: Facts
    let cases: CaseList
    private var path: String
    private let file: Descriptor

    private init(name: String, path: String, facts: Facts, cases: CaseList, file: Descriptor) {
        self.name = name
        self.path = path
        self.facts = facts
        self.cases = cases
        self.file = file
    }

    /// A new run. Its list is filled next, and kept() makes it last.
    static func create(_ facts: Facts) throws(Failure) -> SavedRun {
        let folder = try StateFolder.make("runs")
        removeUnread(in: folder)
        let stamp = facts.startedAt.filter { $0.isNumber }
        let name = "\(stamp.prefix(8))-\(stamp.suffix(6))-\(getpid())"
        let path = "\(folder)/\(name)\(unreadSuffix)"
        let number = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw StateFolder.failure(path) }
        let file = Descriptor(number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else { throw StateFolder.failure(path) }
        let head = Array((facts.json.written + "\n").utf8)
        let error = head.withUnsafeBytes { Descriptor.write($0, to: number) }
        if error != 0 { throw StateFolder.failure(path, error) }
        return SavedRun(
            name: name, path: path, facts: facts, cases: CaseList(in: file, after: head.count), file: file)
    }

    /// From here on the run can be taken up again, even if the machine fails.
    func keep() throws(Failure) {
        if !path.hasSuffix(SavedRun.unreadSuffix) { return }
        let lasting = String(path.dropLast(SavedRun.unreadSuffix.count)) + SavedRun.suffix
        if fsync(file.number) != 0 || rename(path, lasting) != 0 { throw StateFolder.failure(path) }
        path = lasting
        try StateFolder.sync(folderOf: path)
    }

    /// Lists that a program was killed over.
    private static func removeUnread(in folder: String) {
        for name in StateFolder.names(in: folder, endingWith: unreadSuffix) {
            let path = "\(folder)/\(name)\(unreadSuffix)"
            let number = Glibc.open(path, O_RDWR | O_CLOEXEC)
            if number < 0 { continue }
            if flock(number, LOCK_EX | LOCK_NB) == 0 { unlink(path) }
            close(number)
        }
    }

    /// The run ended before anything was begun.
    func removeIfUnread() {
        if path.hasSuffix(SavedRun.unreadSuffix) { remove() }
    }

    /// Nothing is left to do.
    func remove() {
        unlink(path)
    }

    // MARK: - Earlier runs

    /// The runs that are not finished, and whose program is gone; oldest first.
    struct Unfinished {
        var runs: [SavedRun] = []
        var damaged: [DamagedNote] = []

        /// The names of all of them.
        var names: [String] { (runs.map(\.name) + damaged.map(\.name)).sorted() }
    }

    /// A note of a run that cannot be read.
    struct DamagedNote {
        let name: String
        /// What is wrong, and what to do.
        let message: String
    }

    static func unfinished(named wanted: String?) -> Unfinished {
        var found = Unfinished()
        guard let folder = StateFolder.path("runs") else { return found }
        for name in StateFolder.names(in: folder, endingWith: suffix) where wanted == nil || wanted == name {
            let path = "\(folder)/\(name)\(suffix)"
            do throws(Failure) {
                if let run = try open(name, path) { found.runs.append(run) }
            } catch {
                found.damaged.append(DamagedNote(name: name, message: error.message))
            }
        }
        return found
    }

    /// Drops a note, whatever is in it.
    static func forget(_ name: String) throws(Failure) {
        guard let folder = StateFolder.path("runs") else { return }
        let path = "\(folder)/\(name)\(suffix)"
        if unlink(path) != 0 { throw Failure("\(path): \(systemMessage())", status: .journal) }
    }

    /// nil if the run is alive, or has just ended.
    private static func open(_ name: String, _ path: String) throws(Failure) -> SavedRun? {
        let number = Glibc.open(path, O_RDWR | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure("\(path): \(systemMessage()). The run cannot be resumed.")
        }
        let file = Descriptor(number)
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else { return nil }
        var head = [UInt8](repeating: 0, count: 65536)
        let got = try head.withUnsafeMutableBufferPointer { (buffer) throws(Failure) -> Int in
            guard let start = buffer.baseAddress else { return 0 }
            return try file.read(into: start, count: buffer.count, at: 0)
        }
        guard let end = head[..<got].firstIndex(of: 0x0A), let json = try? JSON(parsing: Array(head[..<end])),
            let facts = Facts(json), let cases = try? CaseList.restored(from: file, after: end + 1)
        else {
            throw Failure(
                """
                \(path): this note of a run is damaged, and the run cannot be resumed. Cancel its list \
                again, which is safe: what is canceled already is told. Then drop the note: kcase resume \
                --forget \(name)
                """)
        }
        return SavedRun(name: name, path: path, facts: facts, cases: cases, file: file)
    }
}
