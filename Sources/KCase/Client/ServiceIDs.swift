import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// The ids of services, as a JSON array that a caller gives.
package enum ServiceIDs {
    private static let bytesMax = 65_536

    package static func read(_ given: GivenText) throws(InvalidInput) -> [String] {
        guard let text = try given.bytes("service_ids", bytesMax: bytesMax) else {
            throw InvalidInput("service_ids: must not be NULL")
        }
        return try read(try ObjectReader.document(text, "service_ids", bytesMax: bytesMax).root)
    }

    static func read(_ list: JSONValue) throws(InvalidInput) -> [String] {
        var ids: [String] = []
        var isSound = list.isArray
        list.forEachElement { element in
            isSound = ids.count < ServiceSet.countMax && element.isString
            if isSound, let id = element.string { ids.append(id) }
            return isSound
        }
        if !isSound { throw CasePart.rule }
        return ids
    }
}
