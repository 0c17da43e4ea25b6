import Glibc

/// Data for other programs, buffered. A reader that has gone ends the writing, not the program.
final class DataWriter {
    private static let bufferBytes = 65536

    private let descriptor: Int32
    private let name: String
    private var buffer: [UInt8] = []
    /// The error number of the first write that failed.
    private(set) var error = 0 as Int32

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        buffer.reserveCapacity(DataWriter.bufferBytes + 4096)
    }

    /// Nothing more can be written.
    var isBroken: Bool { error != 0 }

    /// Whoever read what is written has gone.
    var hasReaderLeft: Bool { error == EPIPE }

    /// The reader has gone; seen before anything was written.
    func readerHasGone() {
        if error == 0 { error = EPIPE }
    }

    func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= DataWriter.bufferBytes { flush() }
    }

    func write(_ bytes: ArraySlice<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= DataWriter.bufferBytes { flush() }
    }

    func flush() {
        if buffer.isEmpty { return }
        if error == 0 { error = buffer.withUnsafeBytes { Descriptor.write($0, to: descriptor) } }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Hands on what is left. A reader that has gone has what it wanted.
    func close() throws(Failure) {
        flush()
        if !hasReaderLeft, let complaint { throw Failure(complaint, status: .runAgain) }
    }

    /// What went wrong, for people; nil if nothing did.
    var complaint: String? {
        error == 0 ? nil : "\(name): \(systemMessage(error))"
    }
}
