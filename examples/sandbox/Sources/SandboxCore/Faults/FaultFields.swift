/// Reads a rule's fields one by one; what nobody asked for in the end is an error.
struct FaultFields {
    private var remaining: [String: JSON]

    init(_ json: JSON) throws(FaultError) {
        guard case .object(let members) = json else {
            throw FaultError("a fault rule is an object")
        }
        remaining = [:]
        for member in members {
            guard remaining.updateValue(member.value, forKey: member.name) == nil else {
                throw FaultError("\"\(member.name)\" is given twice")
            }
        }
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(FaultError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw FaultError("\"\(name)\" is one of \(names); not \"\(text)\"")
        }
        return choice
    }

    /// A text. Numbers count as texts, so that `retry_after=1` needs no quotes.
    mutating func text(_ name: String) throws(FaultError) -> String? {
        let text: String
        switch remaining.removeValue(forKey: name) {
        case nil: return nil
        case .string(let value): text = value
        case .integer(let value): text = String(value)
        default: throw FaultError("\"\(name)\" is a text")
        }
        guard text.utf8.count <= FaultLimits.textBytesMax else {
            throw FaultError("\"\(name)\" is longer than \(FaultLimits.textBytesMax) bytes")
        }
        return text
    }

    /// A text that can stand in a header.
    mutating func headerText(_ name: String) throws(FaultError) -> String? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) else {
            throw FaultError("\"\(name)\" becomes a header: printable ASCII only")
        }
        return text
    }

    mutating func integer(
        _ name: String, in range: ClosedRange<Int>
    ) throws(FaultError) -> Int? {
        guard let value = remaining.removeValue(forKey: name) else { return nil }
        guard let number = value.integerValue, range.contains(number) else {
            throw FaultError(
                "\"\(name)\" is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func share(_ name: String) throws(FaultError) -> Double? {
        let number: Double
        switch remaining.removeValue(forKey: name) {
        case nil: return nil
        case .integer(let value): number = Double(value)
        case .number(let value): number = value
        default: number = .nan
        }
        guard (0...1).contains(number) else {
            throw FaultError("\"\(name)\" is a number from 0 to 1")
        }
        return number
    }

    /// A flag, if it is one; anything else stays where it is.
    mutating func takeFlag(_ name: String) -> Bool? {
        guard let flag = remaining[name]?.boolValue else { return nil }
        remaining[name] = nil
        return flag
    }

    func finish(_ kind: FaultKind.Name) throws(FaultError) {
        guard let name = remaining.keys.min() else { return }
        throw FaultError("\"\(name)\" means nothing to kind \"\(kind.rawValue)\"")
    }
}
