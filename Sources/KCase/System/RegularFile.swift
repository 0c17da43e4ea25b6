import CSystem

/// The bytes of a small file that somebody named. Only a regular file is read: a FIFO or a device may never
/// end. The bytes may be a key's, so they are wiped.
@usableFromInline
package struct RegularFile: ~Copyable {
    private let storage: UnsafeMutableRawBufferPointer
    private let count: Int

    /// The error's rule says what is wrong with the file.
    package init(
        _ key: StaticString, _ path: UnsafePointer<CChar>, bytesMax: Int
    ) throws(InvalidInput) {
        try self.init(key, descriptor: kc_open_to_read(path), bytesMax: bytesMax)
    }

    package init(_ key: StaticString, _ path: String, bytesMax: Int) throws(InvalidInput) {
        try self.init(key, descriptor: path.withCString { kc_open_to_read($0) }, bytesMax: bytesMax)
    }

    private init(_ key: StaticString, descriptor: Int32, bytesMax: Int) throws(InvalidInput) {
        guard descriptor >= 0 else {
            if let shortage = Shortage(errno: kc_errno()) { throw InvalidInput(shortage) }
            throw InvalidInput(
                key,
                kc_errno() == EACCES ? "this process may not read the file" : "there is no such file")
        }
        defer { _ = kc_close(descriptor) }
        if kc_fstat_is_folder(descriptor) != 0 { throw InvalidInput(key, "is a folder, and must be a file") }
        guard kc_fstat_is_regular(descriptor) != 0 else {
            throw InvalidInput(key, "is no regular file; a pipe or a device may never end")
        }
        switch RegularFile.read(descriptor, bytesMax: bytesMax) {
        case .content(let storage, 0):
            free(storage.baseAddress)
            throw InvalidInput(key, "the file is empty")
        case .content(let storage, let count):
            self.storage = storage
            self.count = count
        case .tooLarge:
            throw InvalidInput(
                key, "the file cannot be read, or is larger than " + decimal(bytesMax >> 20) + " MiB")
        case .lacksMemory:
            throw InvalidInput(.memory)
        }
    }

    deinit { RegularFile.release(storage) }

    package func withBytes<Output, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        try body(UnsafeBufferPointer(start: storage.bindMemory(to: UInt8.self).baseAddress, count: count))
    }

    private enum Reading {
        case content(UnsafeMutableRawBufferPointer, count: Int)
        case tooLarge
        case lacksMemory
    }

    /// Grows as the file goes on: its size is what somebody says who may be writing it. The memory comes from
    /// malloc, which can say no; Swift's cannot.
    private static func read(_ descriptor: Int32, bytesMax: Int) -> Reading {
        guard var storage = allocate(65_536) else { return .lacksMemory }
        var count = 0
        while true {
            let room = storage.count - count
            let got = Int(kc_read_all(descriptor, storage.baseAddress.map { $0 + count }, room))
            if got >= 0 { count += got }
            if got >= 0, got < room, count <= bytesMax { return .content(storage, count: count) }
            guard got >= 0, count <= bytesMax, storage.count <= bytesMax else {
                release(storage)
                return .tooLarge
            }
            let larger = allocate(storage.count * 2)
            larger?.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
            release(storage)
            guard let larger else { return .lacksMemory }
            storage = larger
        }
    }

    private static func allocate(_ count: Int) -> UnsafeMutableRawBufferPointer? {
        malloc(count).map { UnsafeMutableRawBufferPointer(start: $0, count: count) }
    }

    private static func release(_ storage: UnsafeMutableRawBufferPointer) {
        kc_wipe(storage.baseAddress, storage.count)
        free(storage.baseAddress)
    }
}
