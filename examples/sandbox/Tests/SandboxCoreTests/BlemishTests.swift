import Testing

@testable import SandboxCore

@Suite("Readings with something odd in them")
struct BlemishTests {
    let id = Fixtures.id(1)
    let canceledID = Term.Secondary.canceled.id

    @Test("can be made of a read and of a list, and refusals stay as they are", arguments: Blemish.allCases)
    func everywhere(form: Blemish) throws {
        var api = try Asking(faults: "kind=blemish,form=\(form.rawValue)")
        #expect(api.read(id).status == 200)
        #expect(api.answer("GET", "/case/list").status == 200)
        #expect(api.read(Fixtures.id(15)).status == 403)
        #expect(api.read(id, token: "wrong").status == 403)
        #expect(api.cancel(id).status == 200)
        #expect(api.world.ledger.totals.faultsFired == 4)
    }

    @Test(
        "a mark, half an emoji, a NUL, a Latin-1 byte, numbers out of range, a key twice: the state is there")
    func bytes() throws {
        #expect(try reading("byte_order_mark").starts(with: [0xEF, 0xBB, 0xBF, UInt8(ascii: "{")]))
        let texts = [
            ("half_emoji", #""candidateMiddleName":"Jo \ud83d","#),
            ("nul", #""candidateMiddleName":"Do\u0000e","#),
            ("number_out_of_range", #""score":1e400,"sequence":18446744073709551616,"#),
            ("duplicate_key", #""custom":{"note":"a","note":"b"},"#),
        ]
        for (form, text) in texts {
            let body = String(decoding: try reading(form), as: UTF8.self)
            #expect(body.contains(text + #""caseStatusId""#), "\(form)")
            #expect(body.contains(#""secondaryCaseStatusId":"\#(canceledID)""#), "\(form)")
        }
        #expect(try reading("latin1").contains(0xE9))
    }

    @Test("the deciding members in other spellings")
    func spellings() throws {
        #expect(try summary("upper_case_id")["secondaryCaseStatusId"] == .string(canceledID.uppercased()))
        let other = try summary("other_name")
        #expect(
            other["secondaryCaseStatusId"] == nil && other["caseSecondaryStatusId"] == .string(canceledID))
        let word = try summary("word_only")
        #expect(word["secondaryCaseStatusId"] == nil && word["secondaryStatus"] == "Cancelled")
        #expect(try summary("blank_id")["id"] == .string(" \(id) "))
    }

    @Test("gzip that nobody asked for holds the whole reading")
    func gzip() throws {
        var api = try Asking(faults: "kind=blemish,form=gzip,times=1")
        let packed = api.read(id)
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.body == Gzip.stored(api.read(id).body))
    }

    @Test("a cache's copy says its age and shows the state of that time")
    func age() throws {
        var api = try Asking(faults: "kind=blemish,form=age")
        _ = api.cancel(id)
        #expect(api.read(id).header("Age") == "30")
        #expect(api.summary(id)["secondaryStatus"] == "Waiting for Authorization")
        api.wait(30_000)
        #expect(api.summary(id)["secondaryStatus"] == "Canceled")
    }

    @Test("the case twice, alike or not")
    func twice() throws {
        for (form, states) in [
            ("twice", ["Canceled", "Canceled"]),
            ("twice_differing", ["Canceled", "Waiting for Authorization"]),
        ] {
            var api = try Asking(faults: "kind=blemish,form=\(form)")
            _ = api.cancel(id)
            let cases = api.read(id).json?["cases"]?.arrayValue ?? []
            #expect(cases.map { $0["secondaryStatus"]?.stringValue } == states)
            #expect(cases.allSatisfy { $0["id"] == .string(id) })
        }
    }

    /// The body of a reading of a canceled case.
    private func reading(_ form: String) throws -> [UInt8] {
        var api = try Asking(faults: "kind=blemish,form=\(form)")
        _ = api.cancel(id)
        return api.read(id).body
    }

    private func summary(_ form: String) throws -> JSON {
        JSON(parsing: try reading(form))?["cases"]?.arrayValue?.first ?? .null
    }
}
