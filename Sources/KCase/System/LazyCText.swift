import CSystem
import Synchronization

/// A text that is written when somebody first asks for it, and then kept. Threads that ask at once each write
/// it, and one of the texts is kept.
@usableFromInline
package struct LazyCText: ~Copyable, Sendable {
    /// The address of memory from malloc; 0 before.
    private let address = Atomic<UInt>(0)

    package init() {}

    /// The text; "{}" where memory is lacking.
    package func text(_ write: () -> UnsafeMutablePointer<CChar>?) -> UnsafePointer<CChar> {
        if let text = LazyCText.text(at: address.load(ordering: .acquiring)) { return text }
        guard let written = write() else { return cText("{}") }
        let (isExchanged, winner) = address.compareExchange(
            expected: 0, desired: UInt(bitPattern: written), ordering: .acquiringAndReleasing)
        if isExchanged { return UnsafePointer(written) }
        free(written)
        return LazyCText.text(at: winner) ?? cText("{}")
    }

    private static func text(at address: UInt) -> UnsafePointer<CChar>? {
        UnsafeRawPointer(bitPattern: address)?.assumingMemoryBound(to: CChar.self)
    }

    deinit { free(UnsafeMutableRawPointer(bitPattern: address.load(ordering: .acquiring))) }
}
