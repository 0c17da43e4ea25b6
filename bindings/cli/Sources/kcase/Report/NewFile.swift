import Glibc

/// A file that takes its name only when it is complete: who reads it never sees half of it.
final class NewFile {
    let path: String
    private let temporaryPath: String
    private let file: Descriptor
    let writer: DataWriter
    private var isKept = false

    init(_ path: String) throws(Failure) {
        self.path = path
        temporaryPath = "\(path).\(getpid()).part"
        let number = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw Failure("\(path): \(systemMessage())") }
        file = Descriptor(number)
        writer = DataWriter(number, name: path)
    }

    deinit {
        if !isKept { unlink(temporaryPath) }
    }

    func keep() throws(Failure) {
        writer.flush()
        if let complaint = writer.complaint { throw Failure(complaint) }
        if fsync(file.number) != 0, errno != EINVAL { throw Failure("\(path): \(systemMessage())") }
        if rename(temporaryPath, path) != 0 { throw Failure("\(path): \(systemMessage())") }
        isKept = true
    }
}
