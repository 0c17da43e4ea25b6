import KCaseJSON
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem
import KCaseWebhook

/// A webhook's message, judged and read. Needs no client and no network.
package enum WebhookCall {
    private static let bodyBytesMax: Int32 = 4 << 20
    /// About what opening libcrypto takes.
    private static let libraryBytes = 1 << 20

    package static func parse(
        _ body: UnsafePointer<CChar>?, _ bodyBytes: Int32, headers: GivenText, secrets: GivenText,
        options: GivenText
    ) -> CallResult {
        do throws(InvalidInput) {
            let options = try WebhookOptions(options)
            let secrets = try WebhookSecrets(secrets)
            let headers = try WebhookHeaders(headers)
            // What was signed is a copy of it all.
            guard Shortage.hasMemory(2 * Int(max(bodyBytes, 0))) else { throw InvalidInput(.memory) }
            let webhook = Webhook(try bytes(body, bodyBytes), headers, secrets, options)
            return result(webhook.judge(now: Clock.wall), Redactor(secrets.all), tag: options.tag)
        } catch {
            return CallResult(error)
        }
    }

    private static func bytes(
        _ body: UnsafePointer<CChar>?, _ count: Int32
    ) throws(InvalidInput) -> UnsafeBufferPointer<UInt8> {
        guard let body else { throw InvalidInput("body: must not be NULL") }
        guard (0...bodyBytesMax).contains(count) else {
            throw InvalidInput("body_bytes", "must be from 0 to " + decimal(bodyBytesMax))
        }
        return UnsafeRawBufferPointer(start: body, count: Int(count)).bindMemory(to: UInt8.self)
    }

    private static func result(
        _ judgment: Webhook.Judgment, _ redactor: Redactor, tag: String?
    ) -> CallResult {
        switch judgment {
        case .genuine(let event):
            let verdict = Verdict(
                outcome: .ok, evidence: .response, message: Explain.genuine, isSettled: true)
            guard let json = event.json(redactor) else { return .outOfResources }
            return CallResult(verdict, tag: tag, additional: [("event", json)])
        case .doubtful(let doubt):
            let (reason, message) = Explain.doubt(doubt)
            return CallResult(
                Verdict(outcome: .denied, reason: reason, evidence: .response, message: message), tag: tag)
        case .undecided where SHA256.isAvailable || !Shortage.hasMemory(libraryBytes):
            return .outOfResources
        case .undecided:
            return CallResult(
                Verdict(
                    outcome: .unknown, reason: .local, evidence: .none, message: Explain.noCryptography),
                tag: tag)
        }
    }
}

extension Explain {
    fileprivate static var genuine: String { "The message is genuine." }

    fileprivate static var noCryptography: String {
        "Whether the message is genuine cannot be found out: this machine has no libcrypto.so.3."
    }

    fileprivate static func doubt(_ doubt: Webhook.Doubt) -> (reason: Reason, message: String) {
        switch doubt {
        case .noSignature: (.signature, "The message has no signature.")
        case .wrongSignature:
            (
                .signature,
                "No signature of the message is right: it is not from the service, was changed on the way,"
                    + " or was signed with another secret."
            )
        case .wrongTime:
            (
                .timestamp,
                "The message is signed, but its time is too far from the time at which it was received."
            )
        case .wrongCredentials:
            (.credentials, "The message does not have the user name and the password.")
        }
    }
}

extension WebhookEvent {
    /// nil where memory is lacking.
    fileprivate func json(_ redactor: Redactor) -> String? {
        func clean(_ text: String?) -> String? { text.map(redactor.clean) }
        var json = JSONWriter()
        json.beginObject()
        json.set("id", clean(id))
        json.set("type", clean(reading?.type))
        json.set("timestamp", timestamp)
        json.set("case_id", clean(reading?.caseID))
        if let means = reading?.meansCanceled {
            json.set("means_canceled", means)
        } else {
            json.set("means_canceled", word: "unknown")
        }
        json.beginObject("state")
        for text in reading?.texts ?? [] { json.set(text.name, clean(text.value)) }
        for number in reading?.numbers ?? [] { json.set(number.name, number.value) }
        json.endObject()
        json.endObject()
        return json.text()
    }
}
