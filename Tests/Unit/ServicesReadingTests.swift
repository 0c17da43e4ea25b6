import Testing

@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Readings of services")
struct ServicesReadingTests {
    private static let canceled = "3d726502-d2e2-4d10-859b-8a218f22086d"
    private static let pending = "8f29e0de-10f2-4c84-8379-16c6eb7cdf64"

    private func read(_ body: String, _ ids: String...) throws -> [ServiceReading]? {
        let ids = try ids.map { try caseID($0) }
        return Array(body.utf8).withUnsafeBufferPointer { bytes in
            if case .services(let found) = ServicesReading.read(bytes, of: ids) { found } else { nil }
        }
    }

    private func record(_ members: String) -> String { #"{"data":[{"serviceId":"a",\#(members)}]}"# }

    @Test("tell each service by its id")
    func each() throws {
        let body =
            #"{"data":[{"serviceId":"B","statusId":"\#(Self.canceled)"},{"serviceId":" a ","statusId":"x"}]}"#
        #expect(try read(body, "a", "b", "c") == [.notCanceled, .canceled, .absent])
    }

    @Test("without data tell nothing", arguments: ["{}", #"{"data":null}"#, #"{"data":[]}"#])
    func nothing(body: String) throws {
        #expect(try read(body, "a") == [.absent])
    }

    @Test(
        "that are none are not read",
        arguments: [
            "", "[]", "null", #"{"data":{}}"#, #"{"data":[1]}"#, #"{"data":[{}]}"#, #"{"data":[],"data":[]}"#,
            #"{"error":"x"}"#, #"{"data":[{"serviceId":1}]}"#, #"{"data":[{"serviceId":"a"}"#,
            #"{"data":[{"serviceId":"{a}","statusId":"x"}]}"#,
        ])
    func unreadable(body: String) throws {
        #expect(try read(body, "a") == nil)
    }

    @Test(
        "leave open what is not clear",
        arguments: [
            #""status":"canceled""#, #""status":"cancelled","statusId":"x""#,
            #""status":"pending","pendingStatusId":"\#(canceled)""#,
            #""statusId":"x","pendingStatus":"Canceled""#,
            #""statusId":5"#, #""statusId":"x","statusId":"\#(canceled)""#, #""statusId":null"#,
            #""status":"pending","statusId":"\#(canceled)""#,
        ])
    func unclear(members: String) throws {
        #expect(try read(record(members), "a") == [.unclear])
    }

    @Test("of several records must agree")
    func records() throws {
        func body(_ one: String, _ other: String) -> String {
            #"{"data":[{"serviceId":"a","statusId":"\#(one)"},{"serviceId":"a","statusId":"\#(other)"}]}"#
        }
        #expect(try read(body(Self.canceled, Self.canceled), "a") == [.canceled])
        #expect(try read(body(Self.pending, "case-data-status-complete"), "a") == [.notCanceled])
        #expect(try read(body(Self.canceled, Self.pending), "a") == [.unclear])
    }
}
