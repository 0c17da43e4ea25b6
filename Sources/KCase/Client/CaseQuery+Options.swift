import KCaseJSON
import KCaseKarmaCheck
import KCaseSystem

extension CaseQuery {
    private static let textBytesMax = 1024

    /// What the host knows of the case; how many such criteria there are. A value that is missing where it
    /// was looked up must not make every case one that is meant.
    mutating func readKeys(_ reader: borrowing ObjectReader) throws(InvalidInput) -> Int {
        var count = 0
        for key in CaseKey.all {
            try reader.refuseNull(key.option)
            let value =
                key.isAddress
                ? try reader.word(key.option, bytesMax: CaseQuery.textBytesMax)
                : try reader.unblank(key.option, bytesMax: CaseQuery.textBytesMax)
            guard let value else { continue }
            filter.add(.key(key, Array(value.utf8)))
            count += 1
        }
        return count
    }

    /// Which list, and how long it may be.
    mutating func readScope(_ reader: borrowing ObjectReader) throws(InvalidInput) {
        archived = try reader.boolean("archived") ?? false
        listBytesMax =
            try reader.integer("max_response_bytes", 1024...1 << 40).map { Int($0) } ?? listBytesMax
    }
}
