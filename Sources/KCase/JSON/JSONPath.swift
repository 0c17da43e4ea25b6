import KCaseSystem

extension JSONSlice {
    /// The value at a path of members' names and elements' places, from 0 on, with dots between:
    /// "attempts.0.request". What is in a null is null. nil if there is no such place.
    package func value(at path: UnsafeBufferPointer<UInt8>) -> JSONSlice? {
        var value = self
        var rest = path
        while !value.isNull {
            let end = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.count
            guard let child = value.child(UnsafeBufferPointer(rebasing: rest[..<end])) else { return nil }
            if end == rest.count { return child }
            value = child
            rest = UnsafeBufferPointer(rebasing: rest[(end + 1)...])
        }
        return value
    }

    /// The first member of that name, or the element at that place.
    private func child(_ step: UnsafeBufferPointer<UInt8>) -> JSONSlice? {
        guard isObject || isArray else { return nil }
        var left = isArray ? JSONSlice.place(step) : 0
        var reader = JSONReader(inside: bytes)
        while !reader.isAtEnd {
            if isObject {
                guard let key = reader.value()?.text, reader.take(UInt8(ascii: ":")) else { return nil }
                left = key.raw.elementsEqual(step) ? 0 : 1
            }
            guard let value = reader.value() else { return nil }
            if left == 0 { return value }
            left -= 1
            guard reader.take(UInt8(ascii: ",")) else { return nil }
        }
        return nil
    }

    /// -1 if it is none. A place has one spelling only.
    private static func place(_ digits: UnsafeBufferPointer<UInt8>) -> Int {
        guard (1...9).contains(digits.count), digits[0] != UInt8(ascii: "0") || digits.count == 1 else {
            return -1
        }
        var place = 0
        for digit in digits {
            guard ASCII.isDigit(digit) else { return -1 }
            place = place * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return place
    }

    /// The value as text: a string's characters, "" for null, and what else there is as it is written.
    package func withText(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        if isNull { return body(UnsafeBufferPointer(start: nil, count: 0)) }
        guard let text else { return body(bytes) }
        var characters = text.lenient(bytesMax: bytes.count)
        characters.withUTF8(body)
    }
}
