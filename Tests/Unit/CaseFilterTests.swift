import Testing

@testable import KCaseJSON
@testable import KCaseKarmaCheck
@testable import KCaseSystem

/// Which cases of a list are meant.
@Suite struct CaseFilterTests {
    private static let pending =
        #""caseStatus":"Pending","caseStatusId":"d894b8a0-937e-46b1-8799-15bad611844f""#

    private func match(_ criterion: CaseFilter.Criterion, _ json: String) -> CaseFilter.Match? {
        var filter = CaseFilter()
        filter.add(criterion)
        return Array(json.utf8).withUnsafeBufferPointer { JSONSlice(text: $0).map(filter.match) }
    }

    private func key(_ option: String, _ value: String) throws -> CaseFilter.Criterion {
        .key(try #require(CaseKey.all.first { $0.option.text == option }), Array(value.utf8))
    }

    private func state(_ state: CaseState, _ word: String) throws -> CaseFilter.Criterion {
        let term = CaseTerm.all.first { $0.state == state && $0.word.text == word }
        return .state(state, try #require(term as CaseTerm?) as CaseTerm)
    }

    @Test func aTrackingCodeIsComparedByteByByte() throws {
        let code = try key("api_tracking_code", "Req-1")
        #expect(match(code, #"{"apiTrackingCode":"Req-1"}"#) == .meant)
        #expect(match(code, #"{"apiTrackingCode":"Re\u0071-1"}"#) == .meant)
        for other in ["req-1", "Req-1 ", " Req-1", "Req-10", "", "Req\u{2010}1"] {
            #expect(match(code, #"{"apiTrackingCode":"\#(other)"}"#) == .other)
        }
        #expect(match(code, "{}") == .other)
        #expect(match(code, #"{"apiTrackingCode":null}"#) == .other)
        #expect(match(code, #"{"apiTrackingCode":7}"#) == .unclear)
        #expect(match(code, #"{"apiTrackingCode":"Req\ud800-1"}"#) == .unclear)
        #expect(match(code, #"{"apiTrackingCode":"Req-1","apiTrackingCode":"Req-1"}"#) == .unclear)
    }

    @Test func anAddressIsComparedButForItsLetterCase() throws {
        let address = try key("candidate_email", "Ann+a@Example.com")
        #expect(match(address, #"{"candidateEmail":"ann+A@example.COM"}"#) == .meant)
        #expect(match(address, #"{"candidateEmail":" ann+a@example.com "}"#) == .meant)
        #expect(match(address, #"{"candidateEmail":"ann@example.com"}"#) == .other)
        #expect(match(address, #"{"candidateEmail":"ann+b@example.com"}"#) == .other)
        #expect(match(address, #"{"invitationEmail":"ann+a@example.com"}"#) == .other)
    }

    @Test func aStateIsFoundByItsIDAndElseByItsWord() throws {
        let status = try state(.status, "Pending")
        #expect(match(status, "{\(CaseFilterTests.pending)}") == .meant)
        #expect(match(status, #"{"caseStatus":"pending"}"#) == .meant)
        #expect(match(status, #"{"caseStatusId":"D894B8A0-937e-46b1-8799-15bad611844f"}"#) == .meant)
        #expect(match(status, #"{"caseStatus":"Pending","caseStatusId":"another"}"#) == .other)
        #expect(match(status, #"{"caseStatus":7}"#) == .unclear)
        let canceled = try state(.secondaryStatus, "Canceled")
        let id = "4155584b-708c-4108-86a8-8f3321b9b17c"
        #expect(match(canceled, #"{"caseSecondaryStatusId":"\#(id)"}"#) == .meant)
        #expect(
            match(canceled, #"{"caseSecondaryStatusId":"\#(id)","secondaryCaseStatusId":"x"}"#) == .unclear)
        #expect(match(canceled, "{\(CaseFilterTests.pending)}") == .other)
        #expect(match(.state(.secondaryStatus, nil), "{\(CaseFilterTests.pending)}") == .meant)
        #expect(match(.state(.secondaryStatus, nil), #"{"secondaryStatus":"Canceled"}"#) == .other)
        let placed = try state(.result, "Placed")
        #expect(match(placed, #"{"resultType":"Placed"}"#) == .meant)
        #expect(match(placed, #"{"resultType":"Open"}"#) == .other)
    }

    @Test func momentsAreComparedAsMoments() throws {
        let noon = try #require(StampText.parse("2026-01-05T12:00:00Z"))
        let cases: [(stamp: String, isBefore: Bool)] = [
            ("2026-01-05T11:59:59.999+00:00", true), ("2026-01-05T12:00:00.000+00:00", false),
            ("2026-01-05T13:00:00+01:30", true), ("2026-01-05T10:30:00.001-01:30", false),
        ]
        for (stamp, isBefore) in cases {
            let json = #"{"orderedStamp":"\#(stamp)"}"#
            #expect(match(.orderedBefore(noon), json) == (isBefore ? .meant : .other))
            #expect(match(.orderedAfter(noon), json) == (isBefore ? .other : .meant))
        }
        for json in ["{}", #"{"orderedStamp":"yesterday"}"#, #"{"orderedStamp":"2026-02-30T00:00:00Z"}"#] {
            #expect(match(.orderedBefore(noon), json) == .unclear)
        }
    }

    @Test func aCaseIsLikelyCancelableUntilSomethingSpeaksAgainstIt() {
        let pending = CaseFilterTests.pending
        #expect(match(.likelyCancelable, "{\(pending)}") == .meant)
        #expect(match(.likelyCancelable, #"{\#(pending),"secondaryStatus":"Reviewing Order"}"#) == .meant)
        let against = [
            #""beginProcessingStamp":"2026-01-05T12:00:00Z""#,
            #""adverseActionStatusId":"d61950cb-00aa-4839-9da5-0c97f236c813""#,
            #""secondaryCaseStatusId":"4155584b-708c-4108-86a8-8f3321b9b17c""#,
        ]
        for member in against { #expect(match(.likelyCancelable, "{\(pending),\(member)}") == .other) }
        for word in ["Complete", "Adjudicated"] {
            #expect(match(.likelyCancelable, #"{"caseStatus":"\#(word)"}"#) == .other)
        }
        #expect(match(.likelyCancelable, "{}") == .unclear)
        #expect(match(.likelyCancelable, #"{\#(pending),"beginProcessingStamp":7}"#) == .unclear)
    }

    @Test func oneCriterionThatIsNotMetIsEnough() throws {
        var filter = CaseFilter()
        filter.add(try key("api_tracking_code", "a"))
        filter.add(try state(.status, "Blocked"))
        let json = Array(#"{"apiTrackingCode":7,\#(CaseFilterTests.pending)}"#.utf8)
        #expect(json.withUnsafeBufferPointer { JSONSlice(text: $0).map(filter.match) } == .other)
    }
}

extension StampText {
    static func parse(_ text: String) -> WallTime? {
        Array(text.utf8).withUnsafeBufferPointer { parse($0) }
    }
}
