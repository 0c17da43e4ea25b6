import KCaseJSON
import KCaseSystem

/// How a message is judged. include/kcase.h describes each key.
package struct WebhookOptions {
    package private(set) var tag: String?
    private var toleranceSeconds: Int64 = 300
    /// When the host received it, in seconds since 1970: for messages that waited in a queue.
    private var receivedAt: Int64?

    private static let bytesMax = 65_536
    private static let tagBytesMax = 256
    /// The end of the year 9999.
    private static let secondsMax: Int64 = 253_402_300_799

    private static var keys: [StaticString] { ["tolerance_s", "received_at", "tag"] }

    package init(_ given: GivenText) throws(InvalidInput) {
        guard
            let reader = try ObjectReader.optional(
                given, name: "options", bytesMax: WebhookOptions.bytesMax, keys: WebhookOptions.keys)
        else { return }
        tag = try reader.text("tag", bytesMax: WebhookOptions.tagBytesMax)
        toleranceSeconds = try reader.integer("tolerance_s", 1...86_400) ?? toleranceSeconds
        receivedAt = try reader.integer("received_at", 0...WebhookOptions.secondsMax)
    }

    /// Too old, and it may be an answer that somebody recorded; from the future, and a clock is wrong.
    func allows(sent: Int64, now: WallTime) -> Bool {
        let received = receivedAt ?? now.millisecondsSince1970 / 1000
        return (received - toleranceSeconds...received + toleranceSeconds).contains(sent)
    }
}
