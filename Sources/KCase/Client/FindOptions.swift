import KCaseJSON
import KCaseKarmaCheck
import KCaseSystem

/// By what a case is found that is to be canceled. include/kcase.h describes each key.
package struct FindOptions {
    private(set) var query = CaseQuery()
    /// How many cases are to be canceled, if not just one.
    private(set) var expected: Int64?

    private static let casesMax: Int64 = 1000
    private static let bytesMax = 65_536

    private static var keys: [StaticString] {
        [
            "api_tracking_code", "api_tracking_user", "candidate_email", "invitation_email", "archived",
            "all", "expected", "max_response_bytes",
        ]
    }

    package init(_ given: GivenText) throws(InvalidInput) {
        guard let text = try given.bytes("filter", bytesMax: FindOptions.bytesMax) else {
            throw InvalidInput("filter: must not be NULL")
        }
        let reader = try ObjectReader(
            text, name: "filter", bytesMax: FindOptions.bytesMax, keys: FindOptions.keys)
        guard try query.readKeys(reader) == 1 else {
            throw InvalidInput(
                "filter: must have just one of api_tracking_code, api_tracking_user, candidate_email and"
                    + " invitation_email")
        }
        try query.readScope(reader)
        query.limit = FindOptions.casesMax
        expected = try reader.integer("expected", 1...FindOptions.casesMax)
        let isAll = try reader.boolean("all") ?? false
        if isAll, expected == nil { throw InvalidInput("expected: is required together with all") }
        if !isAll, expected != nil { throw InvalidInput("all: must be true together with expected") }
    }
}
