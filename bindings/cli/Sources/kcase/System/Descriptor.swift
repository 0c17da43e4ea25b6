import Glibc

/// The system's words for an error number.
func systemMessage(_ number: Int32 = errno) -> String {
    String(cString: strerror(number))
}

/// An open file. Closed with its last reference, unless it is one of the standard three.
final class Descriptor {
    let number: Int32

    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        if number > 2 { close(number) }
    }

    static let standardInput = 0 as Int32
    static let standardOutput = 1 as Int32
    static let standardError = 2 as Int32

    /// Keeps the numbers of standard descriptors that are closed from being given to the program's own
    /// files, into which its words would go. To read or write them fails, as before.
    static func occupyStandardNumbers() {
        for number in standardInput...standardError where fcntl(number, F_GETFD) < 0 {
            // It is the lowest that is free, so the file gets it.
            _ = open("/dev/null", number == standardInput ? O_WRONLY : O_RDONLY)
        }
    }

    /// Opens a file, or takes standard input for "-".
    static func reading(_ path: String) throws(Failure) -> Descriptor {
        if path == "-" { return Descriptor(standardInput) }
        if path.isEmpty { throw Failure("a file's path is empty; is a variable of a script empty?") }
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw Failure("\(path): \(systemMessage())") }
        var status = stat()
        if fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            close(number)
            throw Failure("\(path): this is a folder, not a file")
        }
        return Descriptor(number)
    }

    /// A file that has no name and is gone when it is closed, for what is too long for the memory.
    static func temporary() throws(Failure) -> Descriptor {
        let folder = Environment.value("TMPDIR") ?? (access("/var/tmp", W_OK) == 0 ? "/var/tmp" : "/tmp")
        var template = Array("\(folder)/kcase-XXXXXX".utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw Failure("\(folder): no temporary file: \(systemMessage())") }
        unlink(template)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        return Descriptor(number)
    }

    /// Reads up to `count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawPointer, count: Int, name: String) throws(Failure) -> Int {
        while true {
            let got = Glibc.read(number, buffer, count)
            if got >= 0 { return got }
            if errno != EINTR { throw Failure("\(name): \(systemMessage())") }
        }
    }

    /// Reads up to `count` bytes at `offset`; fewer only at the end.
    func read(
        into buffer: UnsafeMutableRawPointer, count: Int, at offset: Int
    ) throws(Failure) -> Int {
        var done = 0
        while done < count {
            let got = pread(number, buffer + done, count - done, off_t(offset + done))
            if got == 0 { break }
            if got > 0 { done += got } else if errno != EINTR { throw Failure(systemMessage()) }
        }
        return done
    }

    /// Writes everything. Returns the error number, or 0.
    static func write(_ bytes: UnsafeRawBufferPointer, to number: Int32) -> Int32 {
        var done = 0
        while done < bytes.count {
            guard let start = bytes.baseAddress else { return 0 }
            let put = Glibc.write(number, start + done, bytes.count - done)
            if put >= 0 {
                done += put
            } else if errno == EAGAIN {
                var one = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                poll(&one, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }
}

/// What people call a file whose path they gave: "-" is standard input.
func sourceName(_ path: String) -> String {
    path == "-" ? "standard input" : path
}

/// A small file as a whole: configurations and tokens.
func contents(of path: String, atMost limit: Int) throws(Failure) -> [UInt8] {
    let name = sourceName(path)
    let file = try Descriptor.reading(path)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16384)
    while bytes.count <= limit {
        let got = try chunk.withUnsafeMutableBufferPointer { (buffer) throws(Failure) -> Int in
            guard let start = buffer.baseAddress else { return 0 }
            return try file.read(into: start, count: buffer.count, name: name)
        }
        if got == 0 { return bytes }
        bytes += chunk[..<got]
    }
    throw Failure("\(name): larger than \(limit) bytes")
}
