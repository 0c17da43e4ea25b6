import KCaseSystem

/// Cuts a text {"name": [{...}, {...}], ...} that comes in pieces of any size: into the objects of that list,
/// handed out one at a time, and into what is around them, which is kept. Bounded memory, however long the
/// list is.
///
/// It finds where an object ends; whether the object is sound, its reader sees, who also sees, by what is
/// kept, whether the text as a whole is.
package struct JSONListScanner: ~Copyable {
    /// Why nothing more is taken of a text.
    package enum Trouble {
        /// Not even the beginning of a JSON object.
        case notJSON
        /// Something that is no object, or not where one may be.
        case unsound
        case elementTooLarge
        case aroundTooLarge
        case lacksMemory
    }

    private enum Place {
        /// Around the list.
        case around
        /// In the list, between its elements.
        case between(Expected)
        case element
        /// Behind the whole.
        case behind
    }

    private enum Expected {
        case elementOrEnd, element, commaOrEnd
    }

    /// One object of the list.
    package static let elementBytesMax = 1 << 20
    private static let usualBytes = 16_384
    /// Everything around the list together.
    private static let aroundBytesMax = 65_536

    private let name: StaticString
    private var place = Place.around
    /// How many brackets are open: around the list, or in the element.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// What came of the element before this piece.
    private var element: [UInt8] = []
    /// What is around the list, an empty list in its place.
    package private(set) var around: [UInt8] = []
    package private(set) var trouble: Trouble?

    package init(listNamed name: StaticString) { self.name = name }

    /// Whether the text is at its end.
    package var isWhole: Bool {
        if case .behind = place { trouble == nil } else { false }
    }

    /// Takes one more piece, and hands out each object that ends in it. In trouble, it takes nothing.
    package mutating func take(
        _ piece: UnsafeBufferPointer<UInt8>, _ handOut: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        var index = 0
        while index < piece.count, trouble == nil {
            switch place {
            case .around: takeAround(piece, &index)
            case .between(let expected): takeBetween(piece[index], expected, &index)
            case .element: takeElement(piece, &index, handOut)
            case .behind:
                if !ASCII.isBlank(piece[index]) { trouble = .unsound }
                index += 1
            }
        }
    }

    // MARK: - Around the list

    private mutating func takeAround(_ piece: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        let byte = piece[index]
        if depth == 0, byte != UInt8(ascii: "{"), !ASCII.isBlank(byte), !isByteOrderMark(byte) {
            around += piece[index...].prefix(JSONListScanner.aroundBytesMax)
            trouble = .notJSON
            return
        }
        index += 1
        guard around.count < JSONListScanner.aroundBytesMax else {
            trouble = .aroundTooLarge
            return
        }
        let isList = depth == 1 && !isInString && byte == UInt8(ascii: "[") && isNameBefore
        around.append(byte)
        if isList {
            place = .between(.elementOrEnd)
        } else if step(byte), depth == 0 {
            place = .behind
        }
    }

    /// The mark's bytes, at the place of each.
    private func isByteOrderMark(_ byte: UInt8) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return around.count < mark.count && byte == mark[around.count]
    }

    /// Whether what came last is the list's name and a colon.
    private var isNameBefore: Bool {
        var rest = around[...]
        func takeLast(_ byte: UInt8) -> Bool {
            while let last = rest.last, ASCII.isBlank(last) { rest.removeLast() }
            return rest.popLast() == byte
        }
        guard takeLast(UInt8(ascii: ":")), takeLast(UInt8(ascii: "\"")) else { return false }
        guard rest.count > name.utf8CodeUnitCount,
            rest.suffix(name.utf8CodeUnitCount).elementsEqual(name.bytes)
        else { return false }
        rest.removeLast(name.utf8CodeUnitCount)
        guard rest.popLast() == UInt8(ascii: "\"") else { return false }
        let before = ASCII.trimmed(rest).last
        return before == UInt8(ascii: "{") || before == UInt8(ascii: ",")
    }

    // MARK: - In the list

    private mutating func takeBetween(_ byte: UInt8, _ expected: Expected, _ index: inout Int) {
        switch (byte, expected) {
        case (UInt8(ascii: "{"), .elementOrEnd), (UInt8(ascii: "{"), .element):
            depth = 0
            place = .element
            return
        case (UInt8(ascii: ","), .commaOrEnd):
            place = .between(.element)
        case (UInt8(ascii: "]"), .elementOrEnd), (UInt8(ascii: "]"), .commaOrEnd):
            around.append(byte)
            depth = 1
            place = .around
        default:
            if !ASCII.isBlank(byte) { trouble = .unsound }
        }
        index += 1
    }

    private mutating func takeElement(
        _ piece: UnsafeBufferPointer<UInt8>, _ index: inout Int,
        _ handOut: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        let start = index
        let isOver = passElement(piece, &index)
        let part = UnsafeBufferPointer(rebasing: piece[start..<index])
        guard element.count + part.count <= JSONListScanner.elementBytesMax else {
            trouble = .elementTooLarge
            return
        }
        if isOver, element.isEmpty {
            handOut(part)
        } else {
            // A large piece may not be there; Swift's arrays would not ask.
            let wanted = element.count + part.count
            guard wanted <= JSONListScanner.usualBytes || Shortage.hasMemory(2 * wanted) else {
                trouble = .lacksMemory
                return
            }
            element += part
            guard isOver else { return }
            element.withUnsafeBufferPointer(handOut)
            element.removeAll(keepingCapacity: true)
        }
        place = .between(.commaOrEnd)
    }

    /// Whether the element ends in this piece; then the index is behind it.
    private mutating func passElement(_ piece: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
        while index < piece.count {
            if isInString, !isEscaped { passPlain(piece, &index) }
            guard index < piece.count else { return false }
            let byte = piece[index]
            index += 1
            if step(byte), depth == 0 { return true }
        }
        return false
    }

    /// What neither ends a string nor escapes.
    private func passPlain(_ piece: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        while index < piece.count, piece[index] != UInt8(ascii: "\""), piece[index] != UInt8(ascii: "\\") {
            index += 1
        }
    }

    /// Notes what a byte does to strings and brackets; whether it was a closing bracket.
    @inline(__always)
    private mutating func step(_ byte: UInt8) -> Bool {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return true
        default: break
        }
        return false
    }
}
