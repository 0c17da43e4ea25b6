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
            throw InvalidInput(
                key,
                kc_errno() == EACCES ? "this process may not read the file" : "there is no such file")
        }
        defer { _ = kc_close(descriptor) }
        if kc_fstat_is_folder(descriptor) != 0 { throw InvalidInput(key, "is a folder, and must be a file") }
        guard kc_fstat_is_regular(descriptor) != 0 else {
            throw InvalidInput(key, "is no regular file; a pipe or a device may never end")
        }
        guard let read = RegularFile.read(descriptor, bytesMax: bytesMax) else {
            throw InvalidInput(
                key, "the file cannot be read, or is larger than " + decimal(bytesMax >> 20) + " MiB")
        }
        guard read.count > 0 else {
            read.storage.deallocate()
            throw InvalidInput(key, "the file is empty")
        }
        storage = read.storage
        count = read.count
    }

    deinit {
        kc_wipe(storage.baseAddress, storage.count)
        storage.deallocate()
    }

    package func withBytes<Output, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Output
    ) throws(Failure) -> Output {
        try body(UnsafeBufferPointer(start: storage.bindMemory(to: UInt8.self).baseAddress, count: count))
    }

    /// Grows as the file goes on: its size is what somebody says who may be writing it.
    private static func read(
        _ descriptor: Int32, bytesMax: Int
    ) -> (storage: UnsafeMutableRawBufferPointer, count: Int)? {
        var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 1)
        var count = 0
        while true {
            let room = storage.count - count
            let got = Int(kc_read_all(descriptor, storage.baseAddress.map { $0 + count }, room))
            if got >= 0 { count += got }
            if got >= 0, got < room, count <= bytesMax { return (storage, count) }
            let larger = storage.count * 2
            let isOver = got < 0 || larger > 2 * bytesMax
            let next: UnsafeMutableRawBufferPointer? =
                isOver ? nil : .allocate(byteCount: larger, alignment: 1)
            next?.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
            kc_wipe(storage.baseAddress, storage.count)
            storage.deallocate()
            guard let next, count <= bytesMax else {
                next?.deallocate()
                return nil
            }
            storage = next
        }
    }
}
