import KCaseSystem

/// Reads a JSON object that a caller gives: every key known, every value of its type and in its range. A
/// member that is null counts as not given. Messages name the key and the rule, and never quote a text: any
/// may be a secret, also one that was put under a wrong key. The text is read in place.
package struct ObjectReader: ~Copyable {
    private let document: JSONDocument

    /// `name` is what the caller calls the object; `keys` are all that it may hold.
    package init(
        _ text: UnsafeBufferPointer<UInt8>, name: StaticString, bytesMax: Int, keys: [StaticString]
    ) throws(InvalidInput) {
        let parsed = try ObjectReader.document(text, name, bytesMax: bytesMax)
        guard parsed.root.isObject else { throw InvalidInput(name, "must be a JSON object") }
        if let complaint = ObjectReader.unknownKey(in: parsed.root, keys) {
            throw InvalidInput(name, complaint)
        }
        document = parsed
    }

    /// Of options, which need not be given: nil if there is no text, or if it is blank.
    package static func optional(
        _ given: GivenText, name: StaticString, bytesMax: Int, keys: @autoclosure () -> [StaticString]
    ) throws(InvalidInput) -> ObjectReader? {
        guard let text = try given.bytes(name, bytesMax: bytesMax), !text.allSatisfy(ASCII.isBlank)
        else { return nil }
        return try ObjectReader(text, name: name, bytesMax: bytesMax, keys: keys())
    }

    package func integer(_ key: StaticString, _ range: ClosedRange<Int64>) throws(InvalidInput) -> Int64? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            throw InvalidInput(
                key,
                "must be an integer from " + decimal(range.lowerBound) + " to " + decimal(range.upperBound))
        }
        return number
    }

    package func boolean(_ key: StaticString) throws(InvalidInput) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let truth = value.boolean else {
            throw InvalidInput(key, "must be true or false")
        }
        return truth
    }

    /// A text that means something to a program: an address, a name, a path. There is nothing around it that
    /// was not meant, and, unless it is a path, nothing in it that nobody sees.
    package func word(
        _ key: StaticString, bytesMax: Int, isPath: Bool = false
    ) throws(InvalidInput) -> String? {
        let complaint = value(key)?.withString { text in
            (1...bytesMax).contains(text.count)
                ? isPath ? ValueDiagnosis.ends(text) : ValueDiagnosis.unseen(text) : nil
        }
        if case .some(.some(let complaint)) = complaint { throw InvalidInput(key, complaint) }
        return try text(key, bytesMax: bytesMax)
    }

    package func text(_ key: StaticString, bytesMax: Int) throws(InvalidInput) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string, (1...bytesMax).contains(text.utf8.count) else {
            throw InvalidInput(key, "must be a string of 1 to " + decimal(bytesMax) + " bytes")
        }
        guard !text.utf8.contains(where: ASCII.isControl) else {
            throw InvalidInput(key, "must not hold a control character")
        }
        return text
    }

    /// A text that is kept as a secret.
    package func secret(
        _ key: StaticString, bytesMax: Int, rule: StaticString, mayBeAnyText: Bool = false,
        isValid: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws(InvalidInput) -> Secret? {
        guard let value = value(key) else { return nil }
        let complaint = value.withString { text in
            (1...bytesMax).contains(text.count)
                ? mayBeAnyText ? ValueDiagnosis.lineEnd(text) : ValueDiagnosis.secret(text) : nil
        }
        if case .some(.some(let complaint)) = complaint { throw InvalidInput(key, complaint) }
        let secret = value.withString { bytes in
            (1...bytesMax).contains(bytes.count) && isValid(bytes) ? Secret(copying: bytes) : nil
        }
        guard case .some(.some(let secret)) = secret else {
            throw InvalidInput(key, "must be a string of 1 to " + decimal(bytesMax) + " bytes, " + rule.text)
        }
        return secret
    }

    /// An address that may hold a password.
    package func address(_ key: StaticString, bytesMax: Int) throws(InvalidInput) -> Secret? {
        let complaint = value(key)?.withString { text in
            (1...bytesMax).contains(text.count) ? ValueDiagnosis.unseen(text) : nil
        }
        if case .some(.some(let complaint)) = complaint { throw InvalidInput(key, complaint) }
        return try password(key, bytesMax: bytesMax)
    }

    /// Any character may be part of a password, but a line end or another control character: those come from
    /// the file that it was read from.
    package func password(_ key: StaticString, bytesMax: Int) throws(InvalidInput) -> Secret? {
        try secret(
            key, bytesMax: bytesMax, rule: "without control characters", mayBeAnyText: true,
            isValid: { !$0.contains(where: ASCII.isControl) })
    }

    /// One of several words.
    package func choice<Choice>(
        _ key: StaticString, _ choices: [(word: StaticString, meaning: Choice)]
    ) throws(InvalidInput) -> Choice? {
        try index(key, among: choices.map { $0.word }).map { choices[$0].meaning }
    }

    @inline(never)
    private func index(
        _ key: StaticString, among words: [StaticString]
    ) throws(InvalidInput) -> Int? {
        guard let value = value(key) else { return nil }
        if let index = words.firstIndex(where: { value.isString($0) }) { return index }
        var rule = ""
        for word in words { rule += (rule.utf8.isEmpty ? "\"" : " or \"") + word.text + "\"" }
        let complaint = value.withString(ValueDiagnosis.unseen)
        if case .some(.some(let complaint)) = complaint {
            throw InvalidInput(key, "must be " + rule + ", and " + complaint)
        }
        throw InvalidInput(key, "must be " + rule)
    }

    package func has(_ key: StaticString) -> Bool { value(key) != nil }

    func isNull(_ key: StaticString) -> Bool { document.root[key]?.isNull ?? false }

    func value(_ key: StaticString) -> JSONValue? {
        guard let value = document.root[key], !value.isNull else { return nil }
        return value
    }

    // MARK: - What is wrong with a text as a whole

    /// A text that a caller gives, whatever JSON it is.
    package static func document(
        _ bytes: UnsafeBufferPointer<UInt8>, _ name: StaticString, bytesMax: Int
    ) throws(InvalidInput) -> JSONDocument {
        guard bytes.count <= bytesMax else {
            throw InvalidInput(name, "is longer than " + decimal(bytesMax) + " bytes")
        }
        if let complaint = TextDiagnosis.encoding(bytes) { throw InvalidInput(name, complaint) }
        do {
            return try JSONDocument(parsing: bytes)
        } catch {
            throw error.lacksMemory ? InvalidInput(.memory) : InvalidInput(name, explain(error, bytes))
        }
    }

    private static func explain(_ error: JSONError, _ text: UnsafeBufferPointer<UInt8>) -> String {
        let shortness = TextDiagnosis.shortness(text.count)
        if text.isEmpty { return "is empty; it must be a JSON object" + shortness }
        if error.line < 1 { return error.text }
        if error.isSyntax, let complaint = TextDiagnosis.notation(text) { return complaint }
        let what = error.key.map { key in
            "key" + key.withUnsafeBufferPointer { quoted($0) } + " "
        }
        return "line " + decimal(error.line) + ", column " + decimal(error.column) + ": " + (what ?? "")
            + error.text + shortness
    }

    private static func unknownKey(in object: JSONValue, _ keys: [StaticString]) -> String? {
        var complaint: String?
        object.forEachMember { key, _ in
            if keys.contains(where: { $0.bytes.elementsEqual(key) }) { return true }
            complaint = unknown(key, keys)
            return false
        }
        return complaint
    }

    private static func unknown(_ key: UnsafeBufferPointer<UInt8>, _ keys: [StaticString]) -> String {
        if let meant = Spelling.inside(key, of: keys) {
            return "unknown key; take out what is around \"" + meant.text
                + "\": a space, or what nobody sees"
        }
        let complaint = "unknown key" + quoted(key)
        guard let near = Spelling.nearest(to: key, in: keys) else { return complaint }
        return complaint + "; did you mean \"" + near.text + "\"?"
    }

    /// A key is shown if it looks like one: a secret that was put in a key's place does not.
    private static func quoted(_ key: UnsafeBufferPointer<UInt8>) -> String {
        let isWord = key.allSatisfy { $0 == UInt8(ascii: "_") || ASCII.isLetter($0) }
        guard isWord, (1...32).contains(key.count) else { return "" }
        return " \"" + String(decoding: key, as: UTF8.self) + "\""
    }
}
