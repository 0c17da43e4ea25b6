/// The forms of answers that KarmaCheck does not write, but somebody in front of it might; and, to compare,
/// its own.
public enum FaultForm: String, Sendable, CaseIterable {
    case own, empty
    case loginPage = "login_page"
    case blockPage = "block_page"
    case maintenancePage = "maintenance_page"
    case indexPage = "index_page"
    case gatewayPage = "gateway_page"
    case gatewayMessage = "gateway_message"
    case gatewayTimeout = "gateway_timeout"
    case errorMessage = "error_message"
    case successFalse = "success_false"
    case okFalse = "ok_false"
    case errorText = "error_text"
    case statusCode = "status_code"
    case xmlFault = "xml_fault"
    case jsonFalse = "json_false"
    case plainText = "plain_text"
    case gzip
    case gzipUnmarked = "gzip_unmarked"
    case caseNotCanceled = "case_not_canceled"
    case routerJSON = "router_json"
    case routerPage = "router_page"
    case defaultBackend = "default_backend"

    /// The status that this form most often comes with.
    public var usualStatus: Int {
        switch self {
        case .loginPage, .indexPage, .successFalse, .okFalse, .errorText, .statusCode, .jsonFalse, .plainText,
            .gzip, .gzipUnmarked, .caseNotCanceled, .errorMessage, .empty:
            200
        case .blockPage, .gatewayMessage: 403
        case .maintenancePage: 503
        case .gatewayPage: 502
        case .gatewayTimeout: 504
        case .own, .xmlFault: 500
        case .routerJSON, .routerPage, .defaultBackend: 404
        }
    }

    /// What it is, in a few words.
    public var about: String {
        switch self {
        case .own: "KarmaCheck's own error body, as documented for the status"
        case .empty: "no body"
        case .loginPage: "HTML: a single sign-on asks for a password"
        case .blockPage: "HTML: a firewall has blocked the request"
        case .maintenancePage: "HTML: back soon"
        case .indexPage: "HTML: the index.html of a single-page application"
        case .gatewayPage: "HTML: a proxy's error page"
        case .gatewayMessage: #"{"message":"Missing Authentication Token"}"#
        case .gatewayTimeout: #"{"message":"Endpoint request timed out"}"#
        case .errorMessage: #"{"errorMessage":"Task timed out after 3.00 seconds"}"#
        case .successFalse: #"{"success":false}"#
        case .okFalse: #"{"ok":false}"#
        case .errorText: #"{"error":"upstream unavailable"}"#
        case .statusCode: #"{"statusCode":500,"message":"Internal server error"}, whatever the status"#
        case .xmlFault: "a SOAP fault"
        case .jsonFalse: "the JSON text false"
        case .plainText: "text/plain: upstream connect error"
        case .gzip: "the maintenance page, compressed, with Content-Encoding"
        case .gzipUnmarked: "the same without Content-Encoding"
        case .caseNotCanceled: "the case as it was before any cancel"
        case .routerJSON: #"JSON: "Cannot POST /...", as a framework's router says it"#
        case .routerPage: #"HTML: "Cannot POST /...""#
        case .defaultBackend: "text/plain: default backend - 404"
        }
    }
}
