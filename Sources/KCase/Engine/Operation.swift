/// What an operation is about, besides what its machine knows.
struct Operation {
    let configuration: Configuration
    let caseID: CaseID?
    let personalData: Bool
    let began: Milliseconds
    let deadline: Milliseconds

    init(_ configuration: Configuration, _ caseID: CaseID?, _ options: CallOptions, now: Milliseconds) {
        self.configuration = configuration
        self.caseID = caseID
        personalData = options.personalData
        began = now
        deadline = began + options.timeout
    }

    var service: Service { configuration.service }

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
