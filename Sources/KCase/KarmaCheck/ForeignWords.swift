import KCaseJSON
import KCaseSystem

/// What somebody else than the service says, in a few words for a message.
enum ForeignWords {
    private static let bytesMax = 120

    static func ofText(_ text: UnsafeBufferPointer<UInt8>) -> String {
        let start = String(decoding: text.prefix(bytesMax * 4), as: UTF8.self)
        return PlainText.clean(start, bytesMax: bytesMax)
    }

    /// A page's title, or else its first words; nil if it has neither.
    static func ofPage(_ page: UnsafeBufferPointer<UInt8>) -> String? {
        let start = Array(page.prefix(pageBytesMax))
        let lowercase = start.map(ASCII.lowercase)
        let title = lowercase.withUnsafeBufferPointer {
            ByteSearch.firstIndex(of: StaticString("<title").bytes, in: $0)
        }
        if let title, let words = words(start[title...]) { return words }
        return words(start[...])
    }

    private static let pageBytesMax = 8192

    /// The first text outside of tags.
    private static func words(_ page: ArraySlice<UInt8>) -> String? {
        var rest = page
        while let end = rest.firstIndex(of: UInt8(ascii: ">")) {
            rest = rest[(end + 1)...]
            let text = ASCII.trimmed(rest.prefix { $0 != UInt8(ascii: "<") })
            if !text.isEmpty {
                return PlainText.clean(String(decoding: text, as: UTF8.self), bytesMax: bytesMax)
            }
        }
        return nil
    }

    static func ofMember(_ key: JSONText, _ value: JSONSlice) -> String {
        let name = PlainText.clean(key.lenient(bytesMax: 40), bytesMax: 40)
        if let text = value.text {
            return name + ": " + PlainText.clean(text.lenient(bytesMax: bytesMax * 2), bytesMax: bytesMax)
        }
        if let number = value.integer { return name + ": " + decimal(number) }
        if let truth = value.boolean { return name + ": " + (truth ? "true" : "false") }
        return name
    }
}
