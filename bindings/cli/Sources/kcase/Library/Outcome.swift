import CKCase

/// An outcome as the library numbers it, with its name. Later libraries may have more of them.
struct Outcome: Hashable {
    let number: Int32

    static let ok = Outcome(number: KCASE_OK)
    static let canceled = Outcome(number: KCASE_CANCELED)
    static let alreadyCanceled = Outcome(number: KCASE_ALREADY_CANCELED)
    static let refused = Outcome(number: KCASE_REFUSED)
    static let notFound = Outcome(number: KCASE_NOT_FOUND)
    static let denied = Outcome(number: KCASE_DENIED)
    static let failed = Outcome(number: KCASE_FAILED)
    static let notSent = Outcome(number: KCASE_NOT_SENT)
    static let unknown = Outcome(number: KCASE_UNKNOWN)
    static let invalid = Outcome(number: KCASE_INVALID)

    /// In the order in which they are shown: the library's.
    static let all: [Outcome] = {
        var all: [Outcome] = []
        while true {
            let number = kcase_outcome_at(Int32(all.count))
            if number < 0 { return all }
            all.append(Outcome(number: number))
        }
    }()

    var name: String { String(cString: kcase_outcome_name(number)) }

    var isCanceled: Bool { self == .canceled || self == .alreadyCanceled }

    var isSuccess: Bool { isCanceled || self == .ok }

    /// What it claims, in one line.
    var claim: String {
        switch self {
        case .ok: "the case was read"
        case .canceled: "the service accepted the cancel, or the case reads back as canceled"
        case .alreadyCanceled: "it is canceled; no request of this run is known to have done it"
        case .refused: "the service refuses because of the case's state"
        case .notFound: "the service knows no such case for these credentials"
        case .denied: "the service does not accept the credentials, or not for this case"
        case .failed: "an error was answered, and the case is not canceled by this run"
        case .notSent: "no cancel left this machine; nothing changed"
        case .unknown: "it may or may not be canceled; run it again, that is safe"
        case .invalid: "the input is wrong; nothing was sent"
        default: "an outcome of a newer library; treat it as unknown"
        }
    }

    /// The exit status if all cases end so.
    var status: ExitStatus {
        switch self {
        case .ok, .canceled, .alreadyCanceled: .allDone
        case .refused, .notFound, .failed: .someNotCanceled
        case .denied: .denied
        case .invalid: .usage
        default: .runAgain
        }
    }

    var style: Terminal.Style {
        switch self {
        case .ok, .canceled, .alreadyCanceled: .green
        case .unknown, .notSent: .yellow
        default: .red
        }
    }
}
