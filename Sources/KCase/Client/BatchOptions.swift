import KCaseJSON
import KCaseSystem

/// What a batch is told. include/kcase.h describes each key.
package struct BatchOptions {
    var inFlightMax = 64
    var pendingMax = 1024
    var offersHTTP2 = true

    static let bytesMax = 65_536

    static var keys: [StaticString] { ["max_in_flight", "max_pending", "http2"] }

    /// Those of a batch of one.
    static var one: BatchOptions {
        var options = BatchOptions()
        options.inFlightMax = 1
        return options
    }

    private init() {}

    package init(_ text: UnsafePointer<CChar>?) throws(InvalidInput) {
        guard
            let reader = try ObjectReader.optional(
                GivenText(text), name: "options", bytesMax: BatchOptions.bytesMax, keys: BatchOptions.keys)
        else { return }
        try take(reader)
    }

    mutating func take(_ reader: borrowing ObjectReader) throws(InvalidInput) {
        inFlightMax = try reader.integer("max_in_flight", 1...1024).map { Int($0) } ?? inFlightMax
        pendingMax = try reader.integer("max_pending", 1...1_000_000).map { Int($0) } ?? pendingMax
        offersHTTP2 = try reader.boolean("http2") ?? offersHTTP2
    }
}
