import CKCase
import KCaseProtocol

extension Outcome {
    /// The number in the C interface.
    package var number: Int32 {
        switch self {
        case .ok: KCASE_OK
        case .canceled: KCASE_CANCELED
        case .alreadyCanceled: KCASE_ALREADY_CANCELED
        case .refused: KCASE_REFUSED
        case .notFound: KCASE_NOT_FOUND
        case .denied: KCASE_DENIED
        case .failed: KCASE_FAILED
        case .notSent: KCASE_NOT_SENT
        case .unknown: KCASE_UNKNOWN
        case .invalid: KCASE_INVALID
        }
    }
}
