import KCaseSystem

/// Finds the word that somebody may have meant.
enum Spelling {
    /// The word that differs by the fewest edits, if by no more than a third of its length.
    static func nearest(to typed: UnsafeBufferPointer<UInt8>, in words: [StaticString]) -> StaticString? {
        guard typed.count <= 32 else { return nil }
        var best: (word: StaticString, edits: Int)?
        for word in words {
            let edits = distance(typed, word.bytes)
            let allowed = max(1, word.utf8CodeUnitCount / 3)
            if edits <= allowed, edits < best?.edits ?? Int.max { best = (word, edits) }
        }
        if let best { return best.word }
        return words.first { begins($0.bytes, with: typed) }
    }

    /// The word that is there in full, among what can hardly be seen.
    static func inside(_ typed: UnsafeBufferPointer<UInt8>, of words: [StaticString]) -> StaticString? {
        let isBlank = { (byte: UInt8) in byte <= 0x20 || byte >= 0x7F }
        guard let first = typed.firstIndex(where: { !isBlank($0) }),
            let last = typed.lastIndex(where: { !isBlank($0) }), last - first + 1 < typed.count
        else { return nil }
        return words.first { $0.bytes.elementsEqual(typed[first...last]) }
    }

    private static func begins(
        _ word: UnsafeBufferPointer<UInt8>, with start: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        start.count >= 3 && word.starts(with: start)
    }

    /// Levenshtein's distance: single bytes put in, taken out or exchanged.
    private static func distance(
        _ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
    ) -> Int {
        var previous = Array(0...other.count)
        for (row, left) in one.enumerated() {
            var current = [row + 1]
            for (column, right) in other.enumerated() {
                let exchange = previous[column] + (left == right ? 0 : 1)
                current.append(min(exchange, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[other.count]
    }
}
