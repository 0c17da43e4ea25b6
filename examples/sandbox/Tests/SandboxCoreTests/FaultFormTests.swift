import Foundation
import Testing

@testable import SandboxCore

@Suite("Answers that somebody else wrote")
struct FaultFormTests {
    let id = Fixtures.id(1)

    @Test(
        "every form can stand before every kind of request, and nothing is carried out",
        arguments: FaultForm.allCases)
    func everywhere(form: FaultForm) throws {
        for target in ["mint", "cancel", "read", "check", "list"] {
            var api = try Asking(faults: "kind=answer,on=\(target),status=207,form=\(form.rawValue)")
            let answer = ask(&api, target)
            #expect(answer.status == 207, "\(target)")
            #expect(!api.world.isCanceled(id))
            #expect(api.world.ledger.totals.faultsFired == 1)
        }
    }

    @Test(
        "the status is the rule's, or the usual one of the form",
        arguments: [
            (FaultForm.loginPage, 200), (.blockPage, 403), (.maintenancePage, 503), (.gatewayTimeout, 504),
            (.defaultBackend, 404), (.gatewayPage, 502),
        ])
    func status(form: FaultForm, status: Int) throws {
        #expect(try answer("form=\(form.rawValue)").status == status)
        for status in [403, 405, 408, 421, 423, 425, 460, 499, 500, 503, 520, 524, 799] {
            #expect(try answer("form=\(form.rawValue),status=\(status)").status == status)
        }
    }

    @Test(
        "bodies are what their names say",
        arguments: [
            ("form=gateway_message", #"{"message":"Missing Authentication Token"}"#),
            ("form=success_false", #"{"success":false}"#),
            ("form=ok_false", #"{"ok":false}"#),
            ("form=error_text", #"{"error":"upstream unavailable"}"#),
            ("form=error_message", #"{"errorMessage":"Task timed out after 3.00 seconds"}"#),
            ("form=status_code", #"{"statusCode":500,"message":"Internal server error"}"#),
            ("form=json_false", "false"),
            ("form=default_backend", "default backend - 404"),
            ("form=empty", ""),
            ("form=own,status=403", #"{"message":"Forbidden","error":"Forbidden","statusCode":403}"#),
            ("form=own,status=404", ""),
        ])
    func bodies(fields: String, text: String) throws {
        #expect(try answer(fields).text == text)
    }

    @Test(
        "pages are HTML, faults are XML",
        arguments: [
            ("login_page", "password"), ("block_page", "blocked"), ("maintenance_page", "Back soon"),
            ("index_page", #"<div id="root">"#), ("gateway_page", "502 Bad Gateway"),
            ("router_page", "Cannot POST /case/"),
        ])
    func pages(form: String, words: String) throws {
        let page = try answer("form=\(form)")
        #expect(page.header("Content-Type") == "text/html" && page.text.hasPrefix("<!DOCTYPE html>"))
        #expect(page.text.contains(words))
        #expect(
            try answer("form=\(form),content_type=application/json").header("Content-Type")
                == "application/json")
        let fault = try answer("form=xml_fault")
        #expect(fault.header("Content-Type") == "text/xml" && fault.text.contains("<soap:Fault>"))
    }

    @Test("a router names the method and the path that it does not know")
    func router() throws {
        let answer = try answer("form=router_json")
        #expect(answer.status == 404 && answer.json?["statusCode"] == 404)
        #expect(answer.json?["message"] == .string("Cannot POST /case/id/\(id)/cancel"))
    }

    @Test("a wait can be asked for with any status")
    func retryAfter() throws {
        for status in [403, 429, 500, 502, 503, 504, 524] {
            #expect(try answer("form=block_page,status=\(status),retry_after=2").header("Retry-After") == "2")
        }
    }

    @Test("an accepted cancel can come with the case shown as not canceled")
    func notCanceled() throws {
        var api = try Asking(faults: "kind=answer,on=cancel,form=case_not_canceled,effect=before")
        let shown = api.cancel(id).json?["cases"]?.arrayValue
        #expect(shown?.count == 1 && shown?[0]["secondaryStatus"] == "Waiting for Authorization")
        #expect(api.world.isCanceled(id))
        #expect(api.cancel("nobody").text == #"{"cases":[]}"#)
    }

    @Test("gzip is gzip, said or unsaid")
    func gzip() throws {
        let said = try answer("form=gzip")
        let unsaid = try answer("form=gzip_unmarked")
        #expect(said.header("Content-Encoding") == "gzip" && unsaid.header("Content-Encoding") == nil)
        #expect(said.body == unsaid.body && said.body.starts(with: [0x1F, 0x8B, 8]))
        // As gzip writes the letter a in a stored block: length, its complement, the CRC-32, the length.
        let letter: [UInt8] = [1, 1, 0, 0xFE, 0xFF, 0x61, 0x43, 0xBE, 0xB7, 0xE8, 1, 0, 0, 0]
        #expect(Array(Gzip.stored([0x61]).dropFirst(10)) == letter)
        #expect(Gzip.stored([UInt8](repeating: 7, count: 70_000)).count == 10 + 5 + 65_535 + 5 + 4_465 + 8)
    }

    @Test("the help has an example of every kind that is a rule, and names every form")
    func help() throws {
        for name in FaultKind.Name.allCases {
            #expect(name.example.hasPrefix("kind=\(name.rawValue)") && FaultHelp.text.contains(name.example))
            #expect(try FaultRule.parse(argument: name.example).count == 1)
        }
        for form in FaultForm.allCases.map(\.rawValue) + Blemish.allCases.map(\.rawValue) {
            #expect(FaultHelp.text.contains("form=\(form)\n"), "\(form)")
        }
    }

    @Test("the README has every kind and every form")
    func readme() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let readme = try String(contentsOf: folder.appending(path: "../../README.md"), encoding: .utf8)
        let names =
            FaultKind.Name.allCases.map(\.rawValue) + FaultForm.allCases.map(\.rawValue)
            + Blemish.allCases.map(\.rawValue)
        for name in names { #expect(readme.contains("| `\(name)` |"), "\(name)") }
    }

    private func answer(_ fields: String) throws -> Answer {
        var api = try Asking(faults: "kind=answer,on=cancel,\(fields)")
        return api.cancel(id)
    }

    private func ask(_ api: inout Asking, _ target: String) -> Answer {
        switch target {
        case "mint": api.answer("POST", "/auth/api")
        case "cancel": api.cancel(id)
        case "read": api.read(id)
        case "check": api.answer("GET", "/package/min/list")
        default: api.answer("GET", "/case/list")
        }
    }
}
