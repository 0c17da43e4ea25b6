import Foundation
import Testing

@testable import KCaseClient
@testable import KCaseHTTP
@testable import KCaseSystem

/// One after the other: some change the environment.
@Suite("Configuration", .serialized)
struct ConfigurationTests {
    static let least = #""environment": "stage", "token": "t0ken""#

    @Test("has the documented defaults")
    func defaults() throws {
        let read = try configuration("{\(Self.least)}")
        #expect(read.operation.timeout == 30_000)
        #expect(read.operation.retry.attempts == 4)
        #expect(read.operation.retry.backoffBase == 250)
        #expect(read.operation.retry.backoffMax == 10_000)
        #expect(read.operation.confirm == .ambiguous)
        #expect(read.transport.connectTimeout == 5_000)
        #expect(read.transport.connectionsMax == 8)
        #expect(read.transport.responseBytesMax == 8_388_608)
        #expect(read.transport.userAgent == "kcase/1.2.0")
        #expect(read.account.service.environment.description == "stage")
        #expect(
            String(decoding: read.account.service.baseURL, as: UTF8.self) == "https://api-stage.karmacheck.io"
        )
        #expect(read.account.credentials.secrets.map { text($0) } == ["t0ken"])
    }

    @Test("takes every documented key")
    func everyKey() throws {
        let read = try configuration(
            #"""
            {"base_url": "https://gateway:8080/karma/", "api_key": "k", "client_access_token": "c",
             "timeout_ms": 1, "connect_timeout_ms": 3600000, "max_attempts": 20, "backoff_base_ms": 1,
             "backoff_max_ms": 2, "confirm": "always", "max_connections": 256,
             "proxy": "http://u:p%40ss@proxy:3128",
             "ca_file": "/dev/null", "client_cert": "/dev/null", "client_key": "/dev/null",
             "client_key_password": " any \"word\" ",
             "user_agent": "host/2 (x)", "max_response_bytes": 1024}
            """#)
        #expect(read.account.service.environment.description == "custom")
        #expect(String(decoding: read.account.service.baseURL, as: UTF8.self) == "https://gateway:8080/karma")
        #expect(read.account.credentials.canMint)
        #expect(read.operation.confirm == .always)
        #expect(read.transport.userAgent == "kcase/1.2.0 host/2 (x)")
        #expect(text(read.transport.keyPassword) == #" any "word" "#)
        #expect(read.secrets.compactMap { text($0) }.contains(#" any "word" "#))
        #expect(read.transport.proxy.secrets.compactMap { text($0) }.contains("p@ss"))
        #expect(read.transport.proxy.secrets.compactMap { text($0) }.contains("p%40ss"))
    }

    @Test(
        "a loopback service in the clear is reached without a proxy",
        arguments: [#""http://proxy:3128""#, #""environment""#])
    func plainThroughProxy(proxy: String) {
        let found = refusal { () throws(InvalidInput) in
            _ = try configuration(#"{"base_url": "http://127.0.0.1", "token": "t", "proxy": \#(proxy)}"#)
        }
        #expect(found?.hasPrefix("proxy: must not be given with an http:// base_url") == true)
    }

    @Test(
        "refuses a proxy that libcurl could not decode, or would read in another way",
        arguments: [
            ("http://u:S3CR3T%09@h:1", "percent-encoded"), ("http://u%00:S3CR3T@h:1", "percent-encoded"),
            ("http://u:S3CR3T%7f@h:1", "percent-encoded"), ("http://u:S3CR3T%zz@h:1", "percent-encoded"),
            ("http://u:S3CR3T%@h:1", "percent-encoded"), ("http://u:S3CR3T%4@h:1", "percent-encoded"),
            ("http://u:S3CR3T#x@h:1", "%23"), ("http://u:S3CR3T/x@h:1", "%2F"),
            ("http://u:S3CR3T?x@h:1", "%3F"),
            ("http://u:S3CR3T@x@h:1", "%40"), ("http://u:S3CR3T x@h:1", "without spaces"),
            ("http://u:S3CR3T@h:0", "host:port"), ("http://u:S3CR3T@h:65536", "host:port"),
            ("http://u:S3CR3T@h:x", "host:port"), ("http://u:S3CR3T@h:", "host:port"),
            ("http://u:S3CR3T@", "host:port"), ("http://u:S3CR3T@[::1", "host:port"),
            ("htp://u:S3CR3T@h:1", "begins with"), ("ftp://u:S3CR3T@h:1", "begins with"),
            ("://u:S3CR3T@h:1", "begins with"), ("http://u:S3CR3T@h:1/path", "without a path"),
        ])
    func wrongProxy(url: String, message: String) {
        let found = refusal { () throws(InvalidInput) in
            _ = try configuration(#"{\#(Self.least), "proxy": "\#(url)"}"#)
        }
        #expect(
            found?.hasPrefix("proxy: must be") == true && found?.contains(message) == true, "\(found ?? "")")
        #expect(found?.contains("S3CR3T") == false)
        // The same in the environment.
        setenv("all_proxy", url, 1)
        defer { unsetenv("all_proxy") }
        let inherited = refusal { () throws(InvalidInput) in
            _ = try configuration(#"{\#(Self.least), "proxy": "environment"}"#)
        }
        #expect(
            inherited?.hasPrefix("proxy: all_proxy in the environment must be") == true, "\(inherited ?? "")")
        #expect(inherited?.contains("S3CR3T") == false)
    }

    @Test(
        "takes a proxy of each form",
        arguments: [
            ("http://h", "h"), ("h:3128", "h"), ("HTTP://h:1/", "h"), ("https://h:1", "h"),
            ("socks5h://h:1", "h"),
            ("socks4a://10.0.0.1:1", "10.0.0.1"), ("http://[::1]:1", "[::1]"), ("u:p@h:1", "h"),
            ("http://u@h", "h"),
            ("http://:p@h", "h"), ("http://dom%5Cu:p%40%2F%23@h", "h"),
        ])
    func proxies(url: String, host: String) throws {
        let read = try configuration(#"{\#(Self.least), "proxy": "\#(url)"}"#)
        guard case .address(let address) = read.transport.proxy else {
            Issue.record("no proxy")
            return
        }
        #expect(address.host == host)
        #expect(text(address.url) == url + "\0")
    }

    @Test("null counts as not given")
    func null() throws {
        #expect(
            try configuration(#"{\#(Self.least), "timeout_ms": null, "proxy": null}"#).operation.timeout
                == 30_000)
    }

    @Test(
        "names what is wrong with the text",
        arguments: [
            (
                "",
                "config: is empty; it must be a JSON object; a text in UTF-16 ends so early: save it as UTF-8"
            ),
            ("[]", "config: must be a JSON object"),
            (
                "{",
                "config: line 1, column 1: the text ends too early; a text in UTF-16 ends so early:"
                    + " save it as UTF-8"
            ),
            (#"{"a""#, "config: line 1, column 4: the text ends too early"),
            ("{\n \"a\": tru }", "config: line 2, column 9: not valid JSON"),
            ("{} {}", "config: line 1, column 4: something follows the end of the JSON"),
            (#"{"token": "a", "token": "b"}"#, #"config: line 1, column 22: key "token" is given twice"#),
            (#"{"token": "a\u0000b"}"#, "config: line 1, column 20: holds a NUL character"),
            (#"{"tokn": "a"}"#, #"config: unknown key "tokn"; did you mean "token"?"#),
            (#"{"timeout": 1}"#, #"config: unknown key "timeout"; did you mean "timeout_ms"?"#),
            (#"{"zebra": 1}"#, #"config: unknown key "zebra""#),
            (#"{"aaaa.bbbb.cccc-secret": 1}"#, "config: unknown key"),
        ])
    func broken(json: String, message: String) {
        #expect(refusal { () throws(InvalidInput) in _ = try configuration(json) } == message)
    }

    @Test(
        "says what an editor or a habit has done to the text",
        arguments: [
            ("\u{FEFF}{}", "line 1, column 1: begins with a byte-order mark (U+FEFF); save"),
            (#"{"token": "S3CR3T",}"#, "line 1, column 20: a comma before a closing bracket; take it out"),
            ("{\"a\": [1,\n ]}", "line 2, column 2: a comma before a closing bracket"),
            ("{'token': 'S3CR3T'}", "line 1, column 2: a single quotation mark"),
            ("{\u{201C}token\u{201D}: 1}", "line 1, column 2: a typographic quotation mark (U+201C)"),
            (
                "{\"token\": \u{201E}S3CR3T\u{201C}}",
                "line 1, column 11: a typographic quotation mark (U+201E)"
            ),
            ("// stage\n{}", "line 1, column 1: a comment; JSON has none"),
            ("{\"token\": \"S3CR3T\" /* x */}", "line 1, column 20: a comment"),
            ("{\n  # \"token\": \"S3CR3T\"\n}", "line 2, column 3: a comment"),
            ("{token: \"S3CR3T\"}", "line 1, column 2: a key without quotation marks"),
            ("{\"token\" = \"S3CR3T\"}", "line 1, column 10: a sign of equality"),
            ("{\"token\": \"S3CR3T\n\"}", "line 1, column 18: a line ends within a string"),
            ("{\"ca_file\": \"C:\\x\"}", "a backslash that begins no escape"),
            ("{\"token\":\u{A0}\"S3CR3T\"}", "line 1, column 10: a space that JSON does not know (U+00A0)"),
            ("{\u{200B}}", "line 1, column 2: a character that nobody sees (U+200B)"),
            ("{\"a\": None}", "a constant of Python's"),
            (#"{" token": "S3CR3T"}"#, "unknown key; take out what is around \"token\""),
            (#"{"token\u00a0": "S3CR3T"}"#, "unknown key; take out what is around \"token\""),
            (#"{"token\n": "S3CR3T"}"#, "unknown key; take out what is around \"token\""),
        ])
    func written(json: String, message: String) {
        let found = refusal { () throws(InvalidInput) in _ = try configuration(json) }
        #expect(
            found?.hasPrefix("config: ") == true && found?.contains(message) == true, "\(found ?? "accepted")"
        )
        #expect(found?.contains("S3CR3T") == false)
    }

    @Test(
        "says that a text is UTF-16, whichever end comes first",
        arguments: [[0xFF, 0xFE, 0x7B], [0xFE, 0xFF]])
    func utf16(bytes: [UInt8]) {
        var found: String?
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            found = refusal { () throws(InvalidInput) in
                _ = try Configuration.read(GivenText(text.baseAddress))
            }
        }
        #expect(found == "config: line 1, column 1: begins as UTF-16 does; save the text as UTF-8")
    }

    @Test(
        "says what has happened to a token or a key",
        arguments: [
            (#"S3CR3T\n"#, "must not end with a line end"), (#"S3CR3T\r\n"#, "must not end with a line end"),
            ("S3CR3T ", "must not end with a space (U+0020)"), (" S3CR3T", "must not begin with a space"),
            (#"S3CR3T\t"#, "must not end with a control character (U+0009)"),
            ("S3CR3T\u{A0}", "must not end with a space (U+00A0)"),
            ("\u{FEFF}S3CR3T", "must not begin with a character that nobody sees (U+FEFF)"),
            ("S3\u{200B}CR3T", "must not hold a character that nobody sees (U+200B, character 3)"),
            ("Bearer S3CR3T", "must not begin with the words of a header line"),
            ("bearer S3CR3T", "header line"), ("Basic S3CR3T", "header line"),
            ("Authorization: Bearer S3CR3T", "header line"), (#"\"S3CR3T\""#, "quotation marks around it"),
            ("'S3CR3T'", "quotation marks"), ("\u{201C}S3CR3T\u{201D}", "quotation marks"),
            ("${S3CR3T}", "is a placeholder"), ("$(S3CR3T)", "is a placeholder"),
            ("{{ S3CR3T }}", "is a placeholder"),
            ("<S3CR3T>", "is a placeholder"), ("S3CR3T…", "is cut: it ends with an ellipsis"),
        ])
    func copiedSecret(value: String, message: String) {
        for key in ["token", "api_key", "client_access_token"] {
            let other =
                key == "token"
                ? "" : key == "api_key" ? #", "client_access_token": "c""# : #", "api_key": "c""#
            let found = refusal { () throws(InvalidInput) in
                _ = try configuration(#"{"environment": "stage", "\#(key)": "\#(value)"\#(other)}"#)
            }
            #expect(
                found?.hasPrefix(key + ": ") == true && found?.contains(message) == true,
                "\(found ?? "accepted")")
            #expect(found?.contains("S3CR3T") == false)
        }
    }

    @Test(
        "takes secrets that only look a little so", arguments: ["bearer", "a'b", "$x}", "a<b>", "Bearer.x"])
    func ordinarySecret(value: String) throws {
        _ = try configuration(#"{"environment": "stage", "token": "\#(value)"}"#)
    }

    @Test(
        "says what is around other values",
        arguments: [
            (
                #"{"environment": " stage", "token": "t"}"#, "environment: must be",
                "must not begin with a space"
            ),
            (
                #"{"environment": "stage\n", "token": "t"}"#, "environment: must be",
                "must not end with a line end"
            ),
            (
                #"{"base_url": " https://h", "token": "t"}"#, "base_url: ",
                "must not begin with a space (U+0020)"
            ),
            (#"{"base_url": "https://h\u200b", "token": "t"}"#, "base_url: ", "nobody sees (U+200B)"),
            (
                #"{"base_url": "https://a\u00adb", "token": "t"}"#, "base_url: ",
                "nobody sees (U+00AD, character 10)"
            ),
            (#"{"base_url": "https://h\r\n", "token": "t"}"#, "base_url: ", "must not end with a line end"),
            (#"{"environment": "stage", "token": "t", "proxy": "http://h "}"#, "proxy: ", "end with a space"),
            (
                #"{"environment": "stage", "token": "t", "ca_file": "/x\n"}"#, "ca_file: ",
                "end with a line end"
            ),
            (
                #"{"environment": "stage", "token": "t", "client_cert": " /x"}"#, "client_cert: ",
                "begin with a space"
            ),
            (
                #"{"environment": "stage", "token": "t", "user_agent": "x "}"#, "user_agent: ",
                "end with a space"
            ),
        ])
    func copiedValue(json: String, key: String, message: String) {
        let found = refusal { () throws(InvalidInput) in _ = try configuration(json) }
        #expect(found?.hasPrefix(key) == true && found?.contains(message) == true, "\(found ?? "accepted")")
    }

    @Test(
        "names the key whose value is wrong",
        arguments: [
            (#""timeout_ms": 0"#, "timeout_ms: must be an integer from 1 to 3600000"),
            (#""timeout_ms": -5"#, "timeout_ms: must be an integer from 1 to 3600000"),
            (#""timeout_ms": 1.5"#, "timeout_ms: must be an integer from 1 to 3600000"),
            (#""timeout_ms": "1""#, "timeout_ms: must be an integer from 1 to 3600000"),
            (#""timeout_ms": 9223372036854775807"#, "timeout_ms: must be an integer from 1 to 3600000"),
            (#""timeout_ms": 99999999999999999999"#, "a number is too large"),
            (#""connect_timeout_ms": 0"#, "connect_timeout_ms: "), (#""max_attempts": 21"#, "max_attempts: "),
            (#""backoff_base_ms": true"#, "backoff_base_ms: "),
            (#""backoff_max_ms": []"#, "backoff_max_ms: "),
            (#""confirm": "sometimes""#, #"confirm: must be "ambiguous" or "always" or "never""#),
            (#""confirm": 1"#, "confirm: must be"), (#""max_connections": 0"#, "max_connections: "),
            (#""max_connections": 257"#, "max_connections: "), (#""proxy": 1"#, "proxy: "),
            (#""proxy": "ftp://x""#, "proxy: "), (#""proxy": "http://""#, "proxy: "),
            (#""client_cert": "pkcs11:token=x""#, "client_cert: must be the path of a file"),
            (#""ca_file": "engine:x""#, "ca_file: must be the path of a file"),
            (#""client_key_password": "x""#, "client_cert: is required"),
            (
                #""client_cert": "/x", "client_key_password": "S3CR3T\n""#,
                "client_key_password: must not end with"
            ),
            (
                #""client_cert": "/x", "client_key_password": """#,
                "client_key_password: must be a string of 1 to"
            ),
            (#""client_cert": 5"#, "client_cert: "),
            (#""client_key": "/dev/null""#, "client_cert: is required"),
            (#""user_agent": "a\r\nX: y""#, "user_agent: must not hold a control character"),
            (#""user_agent": "ä""#, "user_agent: must be printable ASCII"),
            (#""user_agent": """#, "user_agent: "),
            (#""max_response_bytes": 1023"#, "max_response_bytes: "),
        ])
    func wrongValue(member: String, message: String) {
        let found = refusal { () throws(InvalidInput) in _ = try configuration("{\(Self.least), \(member)}") }
        #expect(found?.contains(message) == true, "\(found ?? "accepted")")
    }

    @Test(
        "wants one world and one kind of credentials",
        arguments: [
            (#"{"token": "t"}"#, "environment: is required"),
            (#"{"environment": "test", "token": "t"}"#, #"environment: must be "stage" or "production""#),
            (
                #"{"environment": "stage", "base_url": "https://h", "token": "t"}"#,
                "base_url: must not be given"
            ),
            (#"{"environment": "stage"}"#, "token: is required"),
            (#"{"environment": "stage", "api_key": "k"}"#, "client_access_token: is required"),
            (#"{"environment": "stage", "client_access_token": "k"}"#, "api_key: is required"),
            (#"{"environment": "stage", "token": "t", "api_key": "k"}"#, "token: must not be given together"),
            (#"{"environment": "stage", "token": "S3CR3T\nX: y"}"#, "token: must be a string"),
            (#"{"environment": "stage", "token": "S3CR3T with space"}"#, "token: must be a string"),
            (#"{"environment": "stage", "token": "S3CR3Tä"}"#, "token: must be a string"),
            (#"{"environment": "stage", "token": ""}"#, "token: must be a string"),
            (#"{"environment": "stage", "token": {"S3CR3T": 1}}"#, "token: must be a string"),
            (
                #"{"environment": "stage", "api_key": "S3CR3T\u0007", "client_access_token": "c"}"#,
                "api_key: must be a string"
            ),
        ])
    func incomplete(json: String, message: String) {
        let found = refusal { () throws(InvalidInput) in _ = try configuration(json) }
        #expect(found?.hasPrefix(message) == true, "\(found ?? "accepted")")
        #expect(found?.contains("S3CR3T") == false)
    }

    @Test(
        "goes in the clear on this machine only",
        arguments: [
            "http://example.com", "http://10.0.0.1", "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://[::2]", "http://128.0.0.1", "http://127.0.0.256", "http://127.0.0.1.5", "http://127.",
            "http://127.999.0.1", "ftp://127.0.0.1", "127.0.0.1:80", "//h", "https://",
            "https://u@h",
            "https://u:p@h", "https://h?x=1", "https://h#x", "file:///etc/passwd", "https://h h",
        ])
    func wrongAddress(url: String) {
        let found = refusal { () throws(InvalidInput) in
            _ = try configuration(#"{"base_url": "\#(url)", "token": "t"}"#)
        }
        #expect(found?.hasPrefix("base_url: ") == true, "\(found ?? "accepted")")
    }

    @Test(
        "takes https anywhere and http on loopback",
        arguments: [
            ("https://gateway.example.com/karma//", "https://gateway.example.com/karma"),
            ("http://127.0.0.1:1", "http://127.0.0.1:1"), ("http://127.9.9.9/", "http://127.9.9.9"),
            ("http://localhost:8080", "http://localhost:8080"), ("http://[::1]:8080/", "http://[::1]:8080"),
            ("https://h:8443", "https://h:8443"),
        ])
    func address(url: String, base: String) throws {
        let read = try configuration(#"{"base_url": "\#(url)", "token": "t"}"#)
        #expect(String(decoding: read.account.service.baseURL, as: UTF8.self) == base)
    }

    @Test("deep and large texts are refused without harm")
    func hostile() {
        let deep = String(repeating: "[", count: 10_000)
        #expect(
            refusal { () throws(InvalidInput) in _ = try configuration(deep) }
                == "config: nests deeper than 64 levels")
        let large = #"{"token": ""# + String(repeating: "x", count: 2_000_000) + #""}"#
        #expect(
            refusal { () throws(InvalidInput) in _ = try configuration(large) }
                == "config: is longer than 1048576 bytes")
    }

    @Test("options go before the configuration")
    func options() throws {
        let read = try configuration(#"{\#(Self.least), "timeout_ms": 7}"#)
        let json = CText(#"{"max_attempts": 1, "confirm": "never", "tag": "row 5", "personal_data": true}"#)
        let options = try withExtendedLifetime(json) { () throws(InvalidInput) in
            try CallOptions(GivenText(json.pointer), read)
        }
        #expect(options.operation.timeout == 7)
        #expect(options.operation.retry.attempts == 1)
        #expect(options.operation.retry.backoffBase == 250)
        #expect(options.operation.confirm == .never)
        #expect(options.tag == "row 5")
        #expect(options.operation.personalData)
    }
}
