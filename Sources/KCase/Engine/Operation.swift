/// What an operation is about, besides what its machine knows.
struct Operation {
    let service: Service
    let caseID: CaseID?
    let personalData: Bool
    let credentials: Credentials
    let proxySecrets: [Secret]
    let began: Milliseconds
    let deadline: Milliseconds

    init(_ configuration: Configuration, _ caseID: CaseID?, _ options: CallOptions, now: Milliseconds) {
        service = configuration.service
        self.caseID = caseID
        personalData = options.personalData
        credentials = configuration.credentials
        proxySecrets = configuration.transport.proxy.secrets
        began = now
        deadline = began + options.timeout
    }

    func httpRequest(_ request: Request) -> HTTPRequest? {
        switch (request, caseID) {
        case (.cancel, let caseID?): service.cancel(caseID)
        case (.read, let caseID?): service.read(caseID)
        case (.probe, _): service.probe()
        case (.cancel, nil), (.read, nil): nil
        }
    }

    func decode(_ request: Request, _ reply: Reply) -> Answer {
        if case .read = request, let caseID {
            return AnswerDecoder.decodeRead(reply, of: caseID, personalData: personalData)
        }
        return AnswerDecoder.decode(reply)
    }
}

extension Request {
    var name: StaticString {
        switch self {
        case .cancel: "cancel"
        case .read: "read"
        case .probe: "check"
        }
    }
}
