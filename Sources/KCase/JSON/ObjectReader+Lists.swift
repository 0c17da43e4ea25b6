import KCaseSystem

extension ObjectReader {
    /// The texts of an array, made into secrets by the function, which says what is wrong with one.
    package borrowing func secrets(
        _ key: StaticString, countMax: Int,
        _ make: (UnsafeBufferPointer<UInt8>) throws(InvalidInput) -> Secret
    ) throws(InvalidInput) -> [Secret]? {
        guard let list = value(key) else { return nil }
        var secrets: [Secret] = []
        var complaint: InvalidInput?
        list.forEachElement { element in
            do throws(InvalidInput) {
                secrets.append(try ObjectReader.secret(key, element, make))
            } catch {
                complaint = error
            }
            return complaint == nil && secrets.count <= countMax
        }
        if let complaint { throw complaint }
        guard (1...countMax).contains(secrets.count) else {
            throw InvalidInput(key, "must be an array of 1 to " + decimal(countMax) + " strings")
        }
        return secrets
    }

    private static func secret(
        _ key: StaticString, _ element: JSONValue,
        _ make: (UnsafeBufferPointer<UInt8>) throws(InvalidInput) -> Secret
    ) throws(InvalidInput) -> Secret {
        var complaint = InvalidInput(key, "each must be a string")
        let secret = element.withString { (text) -> Secret? in
            do throws(InvalidInput) {
                if let ends = ValueDiagnosis.ends(text) { throw InvalidInput(key, "each " + ends) }
                return try make(text)
            } catch {
                complaint = error
                return nil
            }
        }
        guard case .some(.some(let secret)) = secret else { throw complaint }
        return secret
    }

    /// A text in which something can be seen.
    package borrowing func unblank(_ key: StaticString, bytesMax: Int) throws(InvalidInput) -> String? {
        guard let text = try text(key, bytesMax: bytesMax) else { return nil }
        let isBlank = text.unicodeScalars.allSatisfy { character in
            switch UnfitCharacter(character.value) {
            case .control, .space, .unseen: true
            default: false
            }
        }
        if isBlank { throw InvalidInput(key, "must not be blank") }
        return text
    }

    /// For a key that is given or left out, and where null is a value that somebody forgot.
    package borrowing func refuseNull(_ key: StaticString) throws(InvalidInput) {
        if isNull(key) { throw InvalidInput(key, "must not be null; leave it out") }
    }
}
