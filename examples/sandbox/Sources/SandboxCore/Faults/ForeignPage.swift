/// Pages that proxies, firewalls and sign-on services answer with.
enum ForeignPage {
    static let login = page(
        "Sign in",
        """
        <form action="/login" method="post"><label>Password <input type="password"></label></form>
        """)

    static let block = page("Access denied", "<h1>Your request was blocked</h1><p>Reference 18.2f3a</p>")

    static let maintenance = page("Down for maintenance", "<h1>Back soon</h1>")

    static let index = page("Portal", #"<div id="root"></div><script src="/main.js"></script>"#)

    static let soapFault = """
        <?xml version="1.0" encoding="UTF-8"?>
        <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>\
        <faultcode>soap:Server</faultcode><faultstring>Policy failed</faultstring>\
        </soap:Fault></soap:Body></soap:Envelope>
        """

    /// The error page of a proxy in front of an API.
    static func gateway(_ status: Int) -> String {
        let title = "\(status) \(StatusPhrase.of(status))"
        return page(title, "<center><h1>\(title)</h1></center>\n<hr><center>edge</center>")
    }

    /// A router that knows no such path. The path is shown as it came, but for what HTML would read.
    static func cannot(_ method: String, _ target: String) -> String {
        let path = target.split(separator: "<").joined(separator: "&lt;")
        return page("Error", "<pre>Cannot \(method) \(path)</pre>")
    }

    private static func page(_ title: String, _ body: String) -> String {
        "<!DOCTYPE html>\n<html>\n<head><title>\(title)</title></head>\n<body>\n\(body)\n</body>\n</html>\n"
    }
}
