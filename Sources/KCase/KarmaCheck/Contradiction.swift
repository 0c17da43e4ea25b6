import KCaseJSON
import KCaseSystem

/// Finds what in a body with a status of success says that it is none: gateways, login pages and proxies
/// answer 200, too.
///
/// It may find something where nothing is meant: then a case is read back that need not be. It never makes a
/// success of anything.
enum Contradiction {
    /// What the body says; nil if it does not contradict a success. A body is empty, plain text, or JSON;
    /// anything else is not the service's.
    static func find(in body: UnsafeBufferPointer<UInt8>) -> String? {
        let text = ByteOrderMark.skipped(in: body)
        guard let first = text.first(where: { !ASCII.isBlank($0) }) else { return nil }
        if first == UInt8(ascii: "<") {
            return "a page" + (ForeignWords.ofPage(text).map { ": " + $0 } ?? "")
        }
        guard isText(text) else { return "bytes that are no text" }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            guard let root = JSONSlice(text: text) else { return "JSON that is not whole" }
            return find(in: root)
        }
        if JSONSlice(text: text)?.boolean == false { return "false" }
        return SuspiciousWords.areIn(text) ? ForeignWords.ofText(text) : nil
    }

    /// UTF-8 without control characters: nothing compressed, nothing encoded in another way.
    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        bytes.allSatisfy { !ASCII.isControl($0) || ASCII.isBlank($0) || $0 == 0x0C }
            && UTF8Validity.holds(bytes)
    }

    // MARK: - JSON

    /// How deep an error may be wrapped: {"data": {"response": {"error": ...}}}.
    private static let levelsMax = 4

    static func find(in value: JSONSlice, level: Int = 0) -> String? {
        guard level < levelsMax else { return nil }
        var found: String?
        if value.isArray {
            value.forEachElement { element in
                found = find(in: element, level: level + 1)
                return found == nil
            }
            return found
        }
        let isSound = value.forEachMember { key, member in
            if says(key, member) {
                found = ForeignWords.ofMember(key, member)
            } else {
                found = find(in: member, level: level + 1)
            }
            return found == nil
        }
        return found ?? (value.isObject && !isSound ? "JSON that is not sound" : nil)
    }

    /// Whether this member says that something went wrong.
    private static func says(_ key: JSONText, _ value: JSONSlice) -> Bool {
        switch MemberName(key) {
        case .statusCode: isErrorStatus(value)
        case .success: isFalse(value)
        case .error: !isNothing(value)
        case .state: isErrorStatus(value) || isErrorWord(value)
        case .other: false
        }
    }

    /// A short text without blanks around it, in small letters; nil if it is no text, not sound, or long.
    private static func word(_ value: JSONSlice, bytesMax: Int) -> [UInt8]? {
        value.text?.sound(bytesMax: bytesMax).map { ASCII.trimmed($0[...]).map(ASCII.lowercase) }
    }

    /// A number of 300 or more, as a number or as a text.
    private static func isErrorStatus(_ value: JSONSlice) -> Bool {
        if let number = value.integer { return number >= 300 }
        guard let digits = word(value, bytesMax: 64)?.prefix(while: ASCII.isDigit) else { return false }
        return digits.count >= 3 && digits.count <= 9 && digits.reduce(0) { $0 * 10 + Int($1 - 0x30) } >= 300
    }

    private static func isFalse(_ value: JSONSlice) -> Bool {
        if let truth = value.boolean { return !truth }
        if let number = value.integer { return number == 0 }
        guard let word = word(value, bytesMax: 16) else { return false }
        return ["false", "no", "0", "n"].contains { word.elementsEqual($0.utf8) }
    }

    /// null, false, 0, and what is empty.
    private static func isNothing(_ value: JSONSlice) -> Bool {
        if value.isNull || value.boolean == false || value.integer == 0 { return true }
        if value.text != nil {
            guard let word = word(value, bytesMax: 64) else { return false }
            return ["", "none", "null", "false", "0", "ok", "success", "no error"].contains {
                word.elementsEqual($0.utf8)
            }
        }
        var isEmpty = true
        value.forEachMember { _, _ in
            isEmpty = false
            return false
        }
        value.forEachElement { _ in
            isEmpty = false
            return false
        }
        return isEmpty && (value.isObject || value.isArray)
    }

    private static func isErrorWord(_ value: JSONSlice) -> Bool {
        guard let word = word(value, bytesMax: 64) else { return false }
        let words: [StaticString] = [
            "error", "fail", "failed", "failure", "fault", "exception", "unauthorized", "forbidden", "denied",
            "rejected", "refused", "conflict", "not_found", "not found", "bad_request", "bad request",
            "unprocessable_entity", "internal_server_error", "service_unavailable", "gateway_timeout",
            "bad_gateway", "too_many_requests", "timeout", "unavailable", "nok", "ko", "blocked",
        ]
        return words.contains { word.elementsEqual($0.bytes) }
    }
}

/// What a member is about, by its name: letter case, `_` and `-` do not count.
private enum MemberName {
    case statusCode, success, error, state, other

    init(_ key: JSONText) {
        guard let bytes = key.sound(bytesMax: 32) else {
            self = .other
            return
        }
        let name = bytes.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map(ASCII.lowercase)
        func isOneOf(_ names: [StaticString]) -> Bool { names.contains { name.elementsEqual($0.bytes) } }
        self =
            if isOneOf(["statuscode", "httpstatuscode", "httpcode", "responsecode", "code"]) {
                .statusCode
            } else if isOneOf(["success", "ok", "succeeded", "successful", "issuccess", "issuccessful"]) {
                .success
            } else if isOneOf([
                "error", "errors", "err", "errormessage", "errormsg", "errorcode", "errortype",
                "errordescription", "errordetail", "errordetails", "exception", "fault", "faultstring",
                "faultcode", "iserror", "haserror", "failure", "failed", "stacktrace",
            ]) {
                .error
            } else if isOneOf(["status", "httpstatus", "state", "result", "outcome"]) {
                .state
            } else {
                .other
            }
    }
}

/// Words with which a plain text says that something went wrong.
private enum SuspiciousWords {
    private static let bytesMax = 4096

    static func areIn(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = text.prefix(bytesMax).map(ASCII.lowercase)
        let words: [StaticString] = [
            "error", "fail", "denied", "unauthori", "forbidden", "not found", "unavailable", "maintenance",
            "blocked", "reject", "refuse", "cannot", "can not", "could not", "unable", "invalid", "timeout",
            "timed out", "login", "log in", "sign in", "expired", "exception", "bad gateway", "bad request",
            "not allowed", "too many", "not canceled", "not cancelled",
        ]
        return words.contains { ByteSearch.has($0.bytes, in: start) }
    }
}
