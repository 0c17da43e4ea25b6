import KCaseJSON
import KCaseKarmaCheck
import KCaseSystem

/// A part of a case as the journal keeps it.
extension CasePart {
    private static let journalBytesMax = 65_536

    /// A JSON object; nil where memory is lacking.
    var journalText: String? {
        var json = JSONWriter()
        json.beginObject()
        if let searchID {
            json.set("search_id", searchID.text)
        } else {
            json.beginArray("service_ids")
            for id in serviceIDs { json.add(id.text) }
            json.endArray()
            json.set("service_type_id", serviceTypeID?.text)
        }
        json.endObject()
        return json.text()
    }

    static func read(_ text: String) throws(InvalidInput) -> CasePart {
        let text = CText(text)
        let given = GivenText(text.pointer)
        guard let bytes = try given.bytes("part", bytesMax: journalBytesMax) else { throw rule }
        let part = try ObjectReader.document(bytes, "part", bytesMax: journalBytesMax).root
        if let id = part["search_id"]?.string {
            let id = CText(id)
            return try .search(GivenText(id.pointer))
        }
        guard let ids = part["service_ids"] else { throw rule }
        return try .services(try ServiceIDs.read(ids), type: part["service_type_id"]?.string)
    }
}
