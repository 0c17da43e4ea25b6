import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What the body of a webhook's message says. Nothing in it names a person.
package struct EventReading {
    package let type: String?
    package let messageID: String?
    package private(set) var caseID: String?
    /// Whether it says that the case is canceled; nil if it does not say.
    package private(set) var meansCanceled: Bool?
    /// What it says of the case's state, or of a screening's, under the service's own names.
    package private(set) var texts: [(name: StaticString, value: String)] = []
    package private(set) var numbers: [(name: StaticString, value: Int64)] = []
    /// With which the service can prove itself: to be compared, and shown to nobody.
    package let username: Secret?
    package let password: Secret?

    private static let wordBytesMax = 256
    private static let secretBytesMax = 1024

    /// nil if the body is no JSON object.
    package init?(_ body: UnsafeBufferPointer<UInt8>) {
        guard let root = JSONSlice(text: body), root.isObject else { return nil }
        type = EventReading.word(root["event"])
        messageID = EventReading.word(root["messageId"])
        username = root["username"]?.text?.secret(bytesMax: EventReading.secretBytesMax)
        password = root["password"]?.text?.secret(bytesMax: EventReading.secretBytesMax)
        guard let type, let object = root["eventObject"] else { return }
        if type.utf8.elementsEqual("case.statuschange".utf8) {
            readCase(object)
        } else if type.utf8.elementsEqual("casedata.statuschange".utf8) {
            readScreening(object)
        }
        if !texts.isEmpty, !texts.contains(where: { EventReading.isTrackingCode($0.name) }) {
            take("apiTrackingCode", of: root)
        }
    }

    /// The case as of the event: an older one may come after a newer.
    private mutating func readCase(_ object: JSONSlice) {
        guard let fields = CaseFields(object, .usual) else { return }
        switch CaseReading.state(fields) {
        case .canceled(let snapshot): meansCanceled = take(snapshot)
        case .notCanceled(let snapshot): meansCanceled = take(snapshot)
        case .absent, .unreadable, .services: _ = take(fields.snapshot(isCanceled: false))
        }
        caseID = EventReading.word(object["id"])
        if caseID == nil { meansCanceled = nil }
    }

    private mutating func take(_ snapshot: CaseSnapshot) -> Bool {
        texts = snapshot.texts
        numbers = snapshot.numbers
        return snapshot.isCanceled
    }

    /// One screening of a case. That it is canceled says nothing of the case.
    private mutating func readScreening(_ object: JSONSlice) {
        caseID = EventReading.word(object["caseId"])
        let names: [StaticString] = [
            "id", "serviceId", "serviceName", "serviceTypeId", "serviceTypeName", "status", "statusId",
            "pendingStatus", "pendingStatusId", "secondaryStatus", "secondaryStatusId", "crStamp", "modStamp",
        ]
        for name in names { take(name, of: object) }
    }

    private mutating func take(_ name: StaticString, of object: JSONSlice) {
        guard let text = object[name]?.text?.lenient(bytesMax: PlainText.bytesMax + 1) else { return }
        texts.append((name, PlainText.clean(text)))
    }

    private static func isTrackingCode(_ name: StaticString) -> Bool {
        name.bytes.elementsEqual(StaticString("apiTrackingCode").bytes)
    }

    /// A text that is sound, not empty and of one line.
    private static func word(_ value: JSONSlice?) -> String? {
        guard let bytes = value?.text?.sound(bytesMax: wordBytesMax), !bytes.isEmpty else { return nil }
        return PlainText.clean(String(decoding: bytes, as: UTF8.self))
    }
}
