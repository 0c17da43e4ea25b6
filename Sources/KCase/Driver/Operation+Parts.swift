import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// The requests about parts of a case, and their answers.
extension Operation {
    func partRequest(_ request: Request, token: Secret) -> HTTPRequest? {
        guard let part, let caseID else { return nil }
        return switch request {
        case .cancelServices(let wanted): account.service.cancel(part, wanted, of: caseID, token: token)
        case .readServices: account.service.readServices(part, of: caseID, token: token)
        case .cancelSearch: account.service.cancelSearch(part, of: caseID, token: token)
        default: nil
        }
    }

    func decodePart(_ request: Request, _ reply: Reply) -> Answer {
        guard let part, let caseID else { return AnswerDecoder.decodeProbe(reply) }
        return switch request {
        case .readServices: AnswerDecoder.decodeRead(reply, of: part)
        default: AnswerDecoder.decodeCancel(reply, of: caseID, part)
        }
    }
}
