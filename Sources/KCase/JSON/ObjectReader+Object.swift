import KCaseSystem

extension ObjectReader {
    /// Gives the function each member of an object that is a member itself: its key, and its text, nil if it
    /// is none. The function says what is wrong with one.
    package borrowing func forEachText(
        _ key: StaticString,
        _ take: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>?) throws(InvalidInput) -> Void
    ) throws(InvalidInput) {
        guard let object = value(key) else { return }
        guard object.isObject else { throw InvalidInput(key, "must be an object") }
        var complaint: InvalidInput?
        object.forEachMember { name, member in
            let told = member.withString { text in ObjectReader.complaint(name, text, take) }
            complaint = told ?? ObjectReader.complaint(name, nil, take)
            return complaint == nil
        }
        if let complaint { throw complaint }
    }

    private static func complaint(
        _ name: UnsafeBufferPointer<UInt8>, _ text: UnsafeBufferPointer<UInt8>?,
        _ take: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>?) throws(InvalidInput) -> Void
    ) -> InvalidInput? {
        do throws(InvalidInput) {
            try take(name, text)
            return nil
        } catch {
            return error
        }
    }
}
