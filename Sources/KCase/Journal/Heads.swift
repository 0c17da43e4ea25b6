import KCaseJSON
import KCaseSystem

/// The trail's head, to be kept where whoever can write the journal cannot: it holds the whole trail to what
/// it was.
package struct ExpectedHead {
    let count: Int64
    let hash: [UInt8]

    private static let bytesMax = 4096

    private static var keys: [StaticString] { ["count", "hash", "at"] }

    /// As `kcase_journal_head` gives it; nil of nil.
    package static func read(_ text: UnsafePointer<CChar>?) throws(InvalidInput) -> ExpectedHead? {
        guard
            let reader = try ObjectReader.optional(
                GivenText(text), name: "expected_head", bytesMax: bytesMax, keys: keys)
        else { return nil }
        guard let count = try reader.integer("count", 0...Int64.max) else {
            throw InvalidInput("count: is required")
        }
        guard let text = try reader.text("hash", bytesMax: 2 * Trail.hashBytes) else {
            throw InvalidInput("hash: is required")
        }
        guard let hash = HashText.bytes(text) else {
            throw InvalidInput("hash: must be 64 hexadecimal digits")
        }
        _ = try reader.text("at", bytesMax: bytesMax)
        return ExpectedHead(count: count, hash: hash)
    }
}

extension TrailHead {
    /// As an object that `ExpectedHead.read` takes; nil where memory is lacking.
    func json(at time: WallTime) -> String? {
        var json = JSONWriter()
        json.beginObject()
        json.set("count", count)
        json.set("hash", HashText.text(hash))
        json.set("at", Timestamp(time))
        json.endObject()
        return json.text()
    }
}

extension Journal {
    /// The head, as a JSON object.
    package func head() throws(JournalError) -> String {
        let head = try transact(toWrite: false, .usual) {
            (store, _) throws(JournalError) in try store.head()
        }
        guard let json = head.json(at: Clock.wall) else { throw .outOfResources }
        return json
    }
}
