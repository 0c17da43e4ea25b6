import KCaseFurtherMachines
import KCaseHTTP
import KCaseKarmaCheck
import KCaseProtocol
import KCaseSystem

/// What an operation may take, and what it is to report.
package struct OperationOptions {
    package var timeout: Milliseconds
    package var retry: RetryPolicy
    package var confirm: Confirm
    package var personalData = false
    /// What goes with each request about the case.
    package var trace: TraceHeaders?
    /// What the caller knows the operation by; nothing here looks at it.
    package var mark: Int64 = 0

    package init(timeout: Milliseconds, retry: RetryPolicy, confirm: Confirm) {
        self.timeout = timeout
        self.retry = retry
        self.confirm = confirm
    }
}

/// What an operation is about: the account, the case, and until when.
package struct Operation {
    let account: Account
    package let caseID: CaseID?
    private let personalData: Bool
    private let subject: Subject
    let trace: TraceHeaders?
    package let began: Instant
    package let deadline: Instant
    package let mark: Int64

    /// How it knows what it is about.
    package enum Subject {
        /// By the case's id, or it is about no case.
        case id
        /// By its id, and by what the host knows of it beside that: a reading counts if it has both.
        case found(CaseFilter)
        /// By its id, and it is about a part of it.
        case part(CasePart)
        /// It reads a list.
        case list(CaseList)
    }

    package init(
        _ account: Account, _ caseID: CaseID?, _ options: OperationOptions, now: Instant,
        _ subject: Subject = .id
    ) {
        self.account = account
        self.caseID = caseID
        self.subject = subject
        personalData = options.personalData
        trace = options.trace
        mark = options.mark
        began = now
        deadline = began + options.timeout
    }

    // MARK: - Its machine (`machine` makes one by the kind of operation)

    package func cancelMachine(_ options: OperationOptions) -> CancelMachine {
        CancelMachine(plan(options), confirm: options.confirm)
    }

    func plan(_ options: OperationOptions) -> Plan {
        Plan(policy: options.retry, deadline: deadline, canMintToken: account.credentials.canMint)
    }

    // MARK: - Its requests and their answers

    private var list: CaseList? {
        if case .list(let list) = subject { list } else { nil }
    }

    package var part: CasePart? {
        if case .part(let part) = subject { part } else { nil }
    }

    private var filter: CaseFilter? {
        if case .found(let filter) = subject { filter } else { nil }
    }

    func httpRequest(_ request: Request, token: Secret) -> HTTPRequest? {
        var made = untraced(request, token: token)
        made?.trace = trace
        return made
    }

    private func untraced(_ request: Request, token: Secret) -> HTTPRequest? {
        switch (request, caseID) {
        case (.cancel, let caseID?): account.service.cancel(caseID, token: token)
        case (.read, let caseID?): account.service.read(caseID, token: token)
        case (.probe, _): account.service.probe(token: token)
        case (.list, _): list?.request(account.service, token: token)
        case (.cancel, nil), (.read, nil): nil
        default: partRequest(request, token: token)
        }
    }

    func decode(_ request: Request, _ reply: Reply) -> Answer {
        switch (request, caseID) {
        case (.cancel, let caseID?): AnswerDecoder.decodeCancel(reply, of: caseID)
        case (.read, let caseID?):
            AnswerDecoder.decodeRead(reply, of: caseID, meeting: filter, personalData: personalData)
        case (.list, _): list?.decode(reply) ?? AnswerDecoder.decodeProbe(reply)
        case (.probe, _), (_, nil): AnswerDecoder.decodeProbe(reply)
        default: decodePart(request, reply)
        }
    }
}
