/// Reason phrases of HTTP status codes; they also fill the `error` member of error bodies.
public enum StatusPhrase {
    public static func of(_ status: Int) -> String {
        phrases[status] ?? "Status \(status)"
    }

    private static let phrases: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
        411: "Length Required", 413: "Content Too Large", 415: "Unsupported Media Type",
        418: "I'm a Teapot", 421: "Misdirected Request", 422: "Unprocessable Entity", 423: "Locked",
        425: "Too Early", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        460: "Client Closed Connection", 499: "Client Closed Request",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
        520: "Web Server Returned an Unknown Error", 524: "A Timeout Occurred",
    ]
}
