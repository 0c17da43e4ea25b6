import Testing

@testable import KCase
@testable import KCaseHTTP
@testable import KCaseKarmaCheck
@testable import KCaseProtocol
@testable import KCaseSystem

@Suite("Answers")
struct AnswerDecoderTests {
    private func answer(_ body: String, status: Int32 = 422, isPlainText: Bool = false) -> Answer {
        reply(body, status, isPlainText) { AnswerDecoder.decodeError($0) }
    }

    private func reading(_ body: String, personalData: Bool = false) -> Reading {
        reply(body, 200, false) { reply in
            guard let id = try? caseID("abc") else { return .unreadable }
            return AnswerDecoder.decodeRead(reply, of: id, personalData: personalData).reading
        }
    }

    private func reply<Output>(
        _ body: String, _ status: Int32, _ isPlainText: Bool, _ decode: (Reply) -> Output
    ) -> Output {
        Array(body.utf8).withUnsafeBufferPointer { bytes in
            decode(Reply(status: status, isPlainText: isPlainText, body: bytes))
        }
    }

    @Test(
        "carry the server's words, in whatever shape they come",
        arguments: [
            (
                #"{"message":"Unable to cancel case.","error":"Unprocessable Entity","statusCode":422}"#,
                "Unable to cancel case.", "Unprocessable Entity"
            ),
            (
                #"{"message":["a must be a string","b is missing"],"error":"Bad Request"}"#,
                "a must be a string; b is missing", "Bad Request"
            ),
            (#"{"message":"Forbidden"}"#, "Forbidden", nil), (#"{"message":["",5,"x"]}"#, "; x", nil),
            ("{}", nil, nil), ("", nil, nil), ("<html>", nil, nil), ("[1]", nil, nil), ("5", nil, nil),
            (#"{"message":{"a":1},"error":7}"#, nil, nil), (#"{"message":null}"#, nil, nil),
            (#"{"message":"a\nb\u001b[31m"}"#, "a b [31m", nil),
            (#"{"message":"a\u009b31m\u202eb\u2028c\u2066d"}"#, "a 31m b c d", nil),
            (#"{"message":"a","message":"b"}"#, nil, nil),
            (#"{"message":"half \ud83d"}"#, "half \u{FFFD}", nil),
            ("\u{FEFF}{\"message\":\"a\"}", "a", nil), ("<html><title>Log in</title>", "Log in", nil),
        ] as [(String, String?, String?)])
    func words(body: String, message: String?, error: String?) {
        #expect(answer(body).message == message)
        #expect(answer(body).error == error)
    }

    @Test("plain text is a message where it says that it is")
    func plainText() {
        #expect(answer("Invalid case", isPlainText: true).message == "Invalid case")
        #expect(answer("Invalid case").message == nil)
        #expect(answer("", isPlainText: true).message == nil)
    }

    @Test("long words are cut between characters")
    func long() {
        let message = answer(#"{"message":"\#(String(repeating: "ä", count: 5000))"}"#).message ?? ""
        #expect(message.utf8.count <= PlainText.bytesMax + 3)
        #expect(message.hasSuffix("ä…"))
    }

    static let adverseActionCanceled =
        #""adverseActionStatusName":"Cancel","adverseActionStatusId":"d61950cb-00aa-4839-9da5-0c97f236c813""#
    static let canceled =
        #""secondaryStatus":"Canceled","secondaryCaseStatusId":"4155584b-708c-4108-86a8-8f3321b9b17c""#

    @Test(
        "say canceled only by the id of that state",
        arguments: [
            (#"{"cases":[{"id":"abc",\#(canceled)}]}"#, "canceled"),
            (#"{"cases":[{"id":"ABC",\#(canceled)}]}"#, "canceled"),
            (#"{"cases":[{"id":"xyz"},{"id":"abc",\#(canceled)}]}"#, "canceled"),
            (
                #"{"cases":[{"id":"abc","secondaryCaseStatusId":"4155584b-708c-4108-86a8-8f3321b9b17c"}]}"#,
                "canceled"
            ),
            (#"{"cases":[{"id":"abc","caseStatus":"Pending"}]}"#, "not canceled"),
            (
                #"{"cases":[{"id":"abc","caseStatus":"Pending","secondaryCaseStatusId":null}]}"#,
                "not canceled"
            ),
            (
                #"{"cases":[{"id":"abc","caseStatusId":"x","secondaryCaseStatusId":"status-type-x"}]}"#,
                "not canceled"
            ),
            (
                #"{"cases":[{"id":"abc","caseStatus":"Complete",\#(adverseActionCanceled)}]}"#,
                "not canceled"
            ),
            (
                #"{"cases":[{"id":"abc","caseStatus":"Pending","invitationStatusName":"cancelled"}]}"#,
                "not canceled"
            ),
            (#"{"cases":[{"id":"abc","secondaryStatus":"Canceled"}]}"#, "unreadable"),
            (
                #"{"cases":[{"id":"abc","secondaryStatus":"Canceled","secondaryCaseStatusId":"other"}]}"#,
                "unreadable"
            ),
            (#"{"cases":[{"id":"abc","secondaryCaseStatusId":5}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc"},{"id":"ABC"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc","caseStatus":5}]}"#, "unreadable"),
            (#"{"cases":[]}"#, "absent"), (#"{"cases":[{"id":"xyz",\#(canceled)}]}"#, "absent"),
            (#"{"cases":[{\#(canceled)}]}"#, "unreadable"), (#"{"cases":[5,null,"abc"]}"#, "unreadable"),
            (#"{"cases":{}}"#, "unreadable"), ("{}", "unreadable"), ("", "unreadable"), ("[]", "unreadable"),
            ("<html>", "unreadable"),
            (
                #"{"cases":[{"id":"abc","secondaryCaseStatusId":"4155584B-708C-4108-86A8-8F3321B9B17C"}]}"#,
                "canceled"
            ),
            (
                #"{"cases":[{"id":" abc ","#
                    + #""secondaryCaseStatusId":" 4155584b-708c-4108-86a8-8f3321b9b17c"}]}"#,
                "canceled"
            ),
            (
                #"{"cases":[{"id":"abc","caseSecondaryStatusId":"4155584b-708c-4108-86a8-8f3321b9b17c"}]}"#,
                "canceled"
            ),
            (#"{"cases":[{"\u0069d":"abc",\#(canceled)}]}"#, "canceled"),
            (
                #"{"cases":[{"id":"abc",\#(canceled),"caseSecondaryStatusId":"status-type-consider"}]}"#,
                "unreadable"
            ),
            (#"{"cases":[{"id":"abc",\#(canceled),"secondaryCaseStatusId":"x"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc","id":"xyz",\#(canceled)}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc","caseStatus":"Pending","secondaryStatus":"Cancelled"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc","caseStatus":"CANCELED"}]}"#, "unreadable"),
            (#"{"cases":[],"statusCode":500}"#, "unreadable"), (#"{"cases":[],"error":"x"}"#, "unreadable"),
            (#"{"cases":[],"cases":[]}"#, "unreadable"),
            (
                #"{"cases":[{"id":"abc","caseStatus":"Pending","candidateGivenName":"\ud83d\u0000"}]}"#,
                "not canceled"
            ),
            (
                #"{"cases":[{"id":"abc","caseStatus":"Pending","archived":99999999999999999999}]}"#,
                "not canceled"
            ),
            (#"{"cases":[{"id":"abc","caseStatus":"Pending"},{"id":"x","a":1,"a":2}]}"#, "not canceled"),
            ("\u{FEFF}{\"cases\":[{\"id\":\"abc\",\"caseStatus\":\"Pending\"}]}", "not canceled"),
            (#"{"cases":[{"id":"abc","caseStatus":"\ud83d"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"ab\ud83d","caseStatus":"Pending"}]}"#, "unreadable"),
            (#"{"cases":[{"id":"abc","#, "unreadable"),
            (#"{"cases":[{"id":"{a-bc}","caseStatus":"Pending"}]}"#, "unreadable"),
        ])
    func state(body: String, state: String) {
        let found =
            switch reading(body) {
            case .canceled: "canceled"
            case .notCanceled: "not canceled"
            case .absent: "absent"
            case .unreadable, .services: "unreadable"
            }
        #expect(found == state)
    }

    @Test("report a person only when asked to")
    func personal() {
        let body =
            #"{"cases":[{"id":"abc","caseStatus":"Pending","candidateEmail":"x@example.com","archived":1}]}"#
        for personalData in [false, true] {
            guard case .notCanceled(let snapshot) = reading(body, personalData: personalData) else {
                Issue.record("not read")
                return
            }
            #expect(snapshot.texts.contains { $0.value == "x@example.com" } == personalData)
            #expect(snapshot.texts.contains { $0.name.description == "caseStatus" && $0.value == "Pending" })
            #expect(snapshot.numbers.contains { $0.name.description == "archived" && $0.value == 1 })
        }
    }

    @Test(
        "give a token that fits into a header, or none",
        arguments: [
            (#"{"token":"aaa.bbb.ccc"}"#, "aaa.bbb.ccc"), (#"{"token":"a b"}"#, nil),
            (#"{"token":"a\r\nX: y"}"#, nil),
            (#"{"token":""}"#, nil), (#"{"token":5}"#, nil), ("{}", nil), ("", nil), ("<html>", nil),
        ] as [(String, String?)])
    func token(body: String, token: String?) {
        #expect(text(reply(body, 200, false) { AnswerDecoder.decodeToken($0) }) == token)
    }
}
