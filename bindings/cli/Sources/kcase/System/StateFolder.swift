import Glibc

/// Where kcase keeps what must outlive it: a folder of its own in the user's folder for state.
enum StateFolder {
    static func path(_ name: String) -> String? {
        Environment.folder("XDG_STATE_HOME", orInHome: ".local/state").map { "\($0)/kcase/\(name)" }
    }

    /// The path of a folder, which is made if it is not there. Only its owner can read it.
    static func make(_ name: String) throws(Failure) -> String {
        guard let path = path(name) else {
            throw Failure(
                "no folder for the state of a run: set HOME or XDG_STATE_HOME, or say --no-journal",
                status: .journal)
        }
        for (index, character) in path.utf8.enumerated() where character == UInt8(ascii: "/") && index > 0 {
            mkdir(String(decoding: path.utf8.prefix(index), as: UTF8.self), 0o700)
        }
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw failure(path) }
        return path
    }

    /// What was named or renamed in the folder of a file is still there after the machine fails.
    static func sync(folderOf path: String) throws(Failure) {
        guard let end = path.lastIndex(of: "/") else { return }
        let number = open(String(path[..<end]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if number < 0 { throw failure(path) }
        defer { close(number) }
        if fsync(number) != 0, errno != EINVAL { throw failure(path) }
    }

    /// The path of a file in the folder, which is made if it is not there.
    static func file(_ name: String) throws(Failure) -> String {
        _ = try make("runs")
        return path(name) ?? name
    }

    static func failure(_ path: String, _ number: Int32 = errno) -> Failure {
        Failure(
            "\(path): \(systemMessage(number)). Nothing was sent. To run without it: --no-journal",
            status: .journal)
    }

    /// The names of the files with an ending, without it, sorted.
    static func names(in folder: String, endingWith suffix: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(suffix) { names.append(String(name.dropLast(suffix.count))) }
        }
        return names.sorted()
    }
}
