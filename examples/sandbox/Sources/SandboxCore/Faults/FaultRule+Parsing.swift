extension FaultRule {
    /// One rule from an object, or several from an array.
    public static func parse(_ json: JSON) throws(FaultError) -> [FaultRule] {
        guard case .array(let elements) = json else { return [try FaultRule(json)] }
        var rules: [FaultRule] = []
        for element in elements { rules.append(try FaultRule(element)) }
        return rules
    }

    /// Rules from a command line: `name=value` pairs with commas between them, or JSON where a
    /// value itself needs a comma.
    public static func parse(argument: String) throws(FaultError) -> [FaultRule] {
        if argument.hasPrefix("{") || argument.hasPrefix("[") {
            guard let json = JSON(parsing: Array(argument.utf8)) else {
                throw FaultError("not JSON: \(argument)")
            }
            return try parse(json)
        }
        var members: [JSON.Member] = []
        for pair in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw FaultError("\"\(pair)\" is not name=value")
            }
            members.append(JSON.Member(String(parts[0]), .guessed(String(parts[1]))))
        }
        return [try FaultRule(.object(members))]
    }

    init(_ json: JSON) throws(FaultError) {
        var fields = try FaultFields(json)
        guard let name = try fields.choice("kind", of: FaultKind.Name.self) else {
            throw FaultError("\"kind\" is missing")
        }
        kind = try FaultKind(name, &fields)
        target = try Self.target(of: name, &fields)
        caseID = try fields.text("case_id")
        times = try fields.integer("times", in: 1...Int(Int32.max))
        rate = try fields.share("rate") ?? 1
        seed = UInt64(try fields.integer("seed", in: 0...Int.max) ?? 0)
        effect = try fields.effect(of: target)
        self.fields = json
        try fields.finish(name)
    }

    /// Some kinds are about certain requests alone, so they need no target, and take no other.
    private static func target(
        of name: FaultKind.Name, _ fields: inout FaultFields
    ) throws(FaultError) -> FaultTarget {
        let given = try fields.choice("on", of: FaultTarget.self)
        let allowed = name.targets
        guard let given else { return allowed.first ?? .any }
        guard allowed.isEmpty || allowed.contains(given) else {
            let names = allowed.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw FaultError("kind \"\(name.rawValue)\" is for \"on\": \(names)")
        }
        return given
    }
}

extension FaultKind.Name {
    /// The targets that a kind can have, the usual one first; none: any.
    fileprivate var targets: [FaultTarget] {
        switch self {
        case .staleRead: [.read, .readServices]
        case .lag, .blemish: [.any, .read, .list, .readServices]
        case .partial: [.cancelServices]
        case .atWork: [.cancel]
        case .revoke:
            [.any, .cancel, .read, .list, .check, .cancelServices, .readServices, .cancelSearch]
        default: []
        }
    }
}

extension FaultKind {
    fileprivate init(_ name: Name, _ fields: inout FaultFields) throws(FaultError) {
        switch name {
        case .answer:
            let form = try fields.choice("form", of: FaultForm.self) ?? .own
            self = .answer(try FaultAnswer(&fields, status: form.usualStatus, body: .form(form)))
        case .status:
            self = .answer(try FaultAnswer(&fields, status: nil))
        case .empty:
            self = .answer(try FaultAnswer(&fields, status: nil, body: FaultAnswer.Body.none))
        case .html:
            self = .answer(try FaultAnswer(&fields, status: 502, body: .form(.gatewayPage)))
        case .messageArray:
            self = .answer(try FaultAnswer(&fields, status: 400, body: .messages))
        case .oversize:
            let bytes = try fields.integer("body_bytes", in: 1...FaultLimits.bodyBytesMax)
            self = .oversize(
                try FaultAnswer(&fields, status: 200, body: FaultAnswer.Body.none),
                bytes: bytes ?? FaultLimits.bodyBytesDefault)
        case .truncate: self = .truncate(try FaultAnswer(optional: &fields))
        case .resetDuring: self = .resetDuring(try FaultAnswer(optional: &fields))
        case .resetBefore: self = .resetBefore
        case .closeBefore: self = .closeBefore
        case .garbage: self = .garbage
        case .staleRead: self = .staleRead
        case .partial:
            let count = try fields.integer("count", in: 0...64) ?? 1
            let status = try fields.integer("status", in: FaultLimits.statuses)
            self = .partial(count: count, status: status ?? 200)
        case .lag:
            let lagMS = try fields.integer("lag_ms", in: 0...FaultLimits.delayMSMax)
            self = .lag(lagMS: lagMS ?? FaultLimits.lagMSDefault)
        case .blemish:
            guard let form = try fields.choice("form", of: Blemish.self) else {
                throw FaultError("\"form\" is missing")
            }
            self = .blemish(form)
        case .revoke:
            let status = try fields.integer("status", in: FaultLimits.statuses) ?? 401
            guard status == 401 || status == 403 else { throw FaultError("\"status\" is 401 or 403") }
            self = .revoke(try fields.choice("tokens", of: TokenScope.self) ?? .this, status: status)
        case .atWork:
            let workMS = try fields.integer("work_ms", in: 0...FaultLimits.delayMSMax)
            self = .atWork(
                workMS: workMS ?? FaultLimits.workMSDefault,
                meanwhile: try fields.meanwhile() ?? .unprocessable)
        case .hang:
            self = .hang(delayMS: try Self.delay(&fields) ?? FaultLimits.hangMSDefault)
        case .slow:
            self = .slow(delayMS: try Self.delay(&fields) ?? FaultLimits.slowMSDefault)
        }
    }

    private static func delay(_ fields: inout FaultFields) throws(FaultError) -> Int? {
        try fields.integer("delay_ms", in: 0...FaultLimits.delayMSMax)
    }
}

extension FaultAnswer {
    /// - Parameters:
    ///   - status: used where the rule gives none; `nil` makes the rule's own one required.
    ///   - fixed: a body that the rule cannot choose.
    fileprivate init(
        _ fields: inout FaultFields, status: Int?, body fixed: Body? = nil
    ) throws(FaultError) {
        guard let status = try fields.integer("status", in: FaultLimits.statuses) ?? status else {
            throw FaultError("\"status\" is missing")
        }
        if let fixed {
            self.init(status: status, body: fixed)
        } else {
            self.init(status: status, body: try Self.body(&fields))
        }
        if let seconds = try fields.headerText("retry_after") {
            headers.append(Answer.Header("Retry-After", seconds))
        }
        if let location = try fields.headerText("location") {
            headers.append(Answer.Header("Location", location))
        }
        if case .form = body, let type = try fields.headerText("content_type") {
            headers.append(Answer.Header("Content-Type", type))
        }
    }

    /// An answer where the rule describes one; `nil` leaves it to the real answer.
    fileprivate init?(optional fields: inout FaultFields) throws(FaultError) {
        guard let status = try fields.integer("status", in: FaultLimits.statuses) else {
            return nil
        }
        self.init(status: status, body: try Self.body(&fields))
    }

    private static func body(_ fields: inout FaultFields) throws(FaultError) -> Body {
        let type = try fields.headerText("content_type") ?? "application/json"
        guard let text = try fields.text("body") else { return .documented }
        return .text(text, contentType: type)
    }
}

extension JSON {
    /// The value a bare word most likely means.
    fileprivate static func guessed(_ word: String) -> JSON {
        if word == "true" || word == "false" { return .bool(word == "true") }
        if let number = Int(word), String(number) == word { return .integer(number) }
        if let first = word.utf8.first, first == UInt8(ascii: ".") || (48...57).contains(first),
            let number = Double(word)
        {
            return .number(number)
        }
        return .string(word)
    }
}
