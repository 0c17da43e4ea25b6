/// The API's two JSON error bodies, and the documented errors built from them.
extension Answer {
    /// `{message, error, statusCode}`: one message.
    public static func error(_ status: Int, _ message: String) -> Answer {
        .json(status, body(.string(message), status: status))
    }

    /// The same body with an array of messages, as validation failures are reported.
    public static func errors(_ status: Int, _ messages: [String]) -> Answer {
        .json(status, body(.array(messages.map(JSON.string)), status: status))
    }

    private static func body(_ message: JSON, status: Int) -> JSON {
        [
            "message": message,
            "error": .string(StatusPhrase.of(status)),
            "statusCode": .integer(status),
        ]
    }

    // What the cancel operation documents, to the letter.

    static let alreadyStarted = error(422, "Cannot cancel a case that has already started.")
    static let unableToCancel = error(422, "Unable to cancel case.")
    static let cancelFailed = error(500, "An error has occurred while canceling the case")
    static let caseNotFound = empty(404)

    /// The API declares 401 on cancels only, and declares no body for it.
    static let unauthorized = empty(401).with("WWW-Authenticate", "Bearer")

    /// Everywhere else a missing or wrong token is a 403.
    static let badToken = error(403, "A valid bearer token is required")
    static let badCredentials = error(403, "The credentials are not valid")

    /// A token that is good no more. Only a cancel documents 401, without a body.
    static func revokedToken(_ status: Int, _ operation: Operation) -> Answer {
        if status == 401, operation.isCancel { return unauthorized }
        return error(status, StatusPhrase.of(status))
    }

    static func noAccess(toCase id: String) -> Answer {
        error(403, "You do not have access to case \(id)")
    }

    // What this server says outside the API.

    static func noRoute(_ method: String, _ path: String) -> Answer {
        error(404, "No route for \(method) \(path)")
    }

    static func methodNotAllowed(allow: String) -> Answer {
        error(405, "This route answers \(allow)").with("Allow", allow)
    }
}
