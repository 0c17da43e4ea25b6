/// The request that a fault spoils, as far as an answer may speak of it.
struct SpoiledRequest {
    let operation: Operation
    let method: String
    let target: String
    /// The summary of its case before anybody canceled it; nothing where there is no such case.
    let originalCase: JSON?
}

extension FaultForm {
    func answer(_ status: Int, to request: SpoiledRequest) -> Answer {
        switch self {
        case .own: FaultAnswer.documented(status, for: request.operation)
        case .empty: .empty(status)
        case .loginPage: .page(status, ForeignPage.login)
        case .blockPage: .page(status, ForeignPage.block)
        case .maintenancePage: .page(status, ForeignPage.maintenance)
        case .indexPage: .page(status, ForeignPage.index)
        case .gatewayPage: .page(status, ForeignPage.gateway(status))
        case .gatewayMessage: .json(status, ["message": "Missing Authentication Token"])
        case .gatewayTimeout: .json(status, ["message": "Endpoint request timed out"])
        case .errorMessage: .json(status, ["errorMessage": "Task timed out after 3.00 seconds"])
        case .successFalse: .json(status, ["success": false])
        case .okFalse: .json(status, ["ok": false])
        case .errorText: .json(status, ["error": "upstream unavailable"])
        case .statusCode: .json(status, ["statusCode": 500, "message": "Internal server error"])
        case .xmlFault: Answer(status: status, text: ForeignPage.soapFault, contentType: "text/xml")
        case .jsonFalse: .json(status, false)
        case .plainText: .text(status, "upstream connect error or disconnect/reset before headers")
        case .gzip: Self.compressedPage(status).with("Content-Encoding", "gzip")
        case .gzipUnmarked: Self.compressedPage(status)
        case .caseNotCanceled: .json(status, ["cases": .array(request.originalCase.map { [$0] } ?? [])])
        case .routerJSON: Self.routerError(status, request)
        case .routerPage: .page(status, ForeignPage.cannot(request.method, request.target))
        case .defaultBackend: .text(status, "default backend - 404")
        }
    }

    private static func compressedPage(_ status: Int) -> Answer {
        var answer = Answer.page(status, ForeignPage.maintenance)
        answer.body = Gzip.stored(answer.body)
        return answer
    }

    private static func routerError(_ status: Int, _ request: SpoiledRequest) -> Answer {
        .json(
            status,
            [
                "message": .string("Cannot \(request.method) \(request.target)"),
                "error": .string(StatusPhrase.of(status)),
                "statusCode": .integer(status),
            ])
    }
}

extension Answer {
    fileprivate static func page(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, text: text, contentType: "text/html")
    }

    fileprivate static func text(_ status: Int, _ text: String) -> Answer {
        Answer(status: status, text: text, contentType: "text/plain")
    }
}
