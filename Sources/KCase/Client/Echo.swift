import CSystem
import KCaseSystem

/// Finds what a text has of a secret though it is not the whole: a run of its bytes, percent-encoded or not,
/// or of its base64 form, of either alphabet and wherever in a group of three bytes it began.
enum Echo {
    /// Shorter runs are in ordinary words, too. Of a secret that is shorter, all of it counts.
    static let bytesMin = 12
    /// As many bytes are so many letters of base64.
    private static let lettersMin = 16

    /// The places, in no order; they may overlap.
    static func ranges(_ secret: Secret, in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        guard secret.count >= Runs.width, mayHold(secret, text) else { return [] }
        let view = View(text)
        var found = view.bytes.withUnsafeBufferPointer { text in
            secret.withBytes { Runs(of: $0, atLeast: min(bytesMin, secret.count)).find(in: text) }
        }
        let plain = view.bytes.map(Base64.common)
        plain.withUnsafeBufferPointer { text in
            for skipped in 0..<3 {
                let letters = secret.withBytes { Base64.letters($0, skipping: skipped) }
                found += letters.withBytes {
                    Runs(of: $0, atLeast: min(lettersMin, letters.count)).find(in: text)
                }
            }
        }
        return found.map { view.place($0) }
    }

    /// Most texts are words, and no word is so long. (A secret with a space in it can be among any.)
    static func mayHold(_ secret: Secret, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let bytesMin = min(bytesMin, secret.count)
        guard text.count >= bytesMin else { return false }
        let hasSpace = secret.withBytes { bytes in
            bytes.baseAddress.map { memchr($0, 0x20, bytes.count) != nil } ?? false
        }
        if hasSpace { return true }
        var start = 0
        while start + bytesMin <= text.count {
            guard let space = text[start..<(start + bytesMin)].lastIndex(of: UInt8(ascii: " ")) else {
                return true
            }
            start = space + 1
        }
        return false
    }

    // MARK: - The text without its percent-encoding

    private struct View {
        private(set) var bytes: [UInt8] = []
        /// Where each byte begins in the text; and the text's end. Empty where nothing was encoded.
        private var places: [Int] = []

        init(_ text: UnsafeBufferPointer<UInt8>) {
            guard text.contains(UInt8(ascii: "%")) else {
                bytes = Array(text)
                return
            }
            var place = 0
            while place < text.count {
                places.append(place)
                if text[place] == UInt8(ascii: "%"), place + 2 < text.count,
                    let high = ASCII.hexadecimalDigit(text[place + 1]),
                    let low = ASCII.hexadecimalDigit(text[place + 2])
                {
                    bytes.append(high << 4 | low)
                    place += 3
                } else {
                    bytes.append(text[place])
                    place += 1
                }
            }
            places.append(text.count)
        }

        func place(_ range: Range<Int>) -> Range<Int> {
            places.isEmpty ? range : places[range.lowerBound]..<places[range.upperBound]
        }
    }

    // MARK: - Base64

    private enum Base64 {
        /// A letter of the URL's alphabet as one of the standard's.
        static func common(_ letter: UInt8) -> UInt8 {
            switch letter {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: letter
            }
        }

        /// The letters that say nothing of what stood before or behind, where the first bytes went into a
        /// group with others.
        static func letters(_ bytes: UnsafeBufferPointer<UInt8>, skipping count: Int) -> Secret {
            let alphabet = StaticString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
                .bytes
            let groups = max(bytes.count - count, 0) / 3
            let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: groups * 4)
            memory.initialize(repeating: 0)
            defer {
                kc_wipe(memory.baseAddress, memory.count)
                memory.deallocate()
            }
            for group in 0..<groups {
                let start = count + group * 3
                let bits = Int(bytes[start]) << 16 | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2])
                for letter in 0..<4 {
                    memory[group * 4 + letter] = alphabet[(bits >> (18 - 6 * letter)) & 63]
                }
            }
            return Secret(copying: UnsafeBufferPointer(memory))
        }
    }

    // MARK: - Runs

    /// Finds runs that a text and a secret have in common. Each holds eight bytes that begin at one of the
    /// text's marks; those are few, and a filter tells most of the secret's bytes apart from all of them.
    private struct Runs {
        private let wanted: UnsafeBufferPointer<UInt8>
        private let atLeast: Int
        static let width = 8

        init(of wanted: UnsafeBufferPointer<UInt8>, atLeast: Int) {
            self.wanted = wanted
            self.atLeast = atLeast
        }

        func find(in text: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
            guard atLeast >= Runs.width, text.count >= atLeast, wanted.count >= atLeast else { return [] }
            var marks: [(value: UInt64, place: Int)] = []
            var filter: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            var value: UInt64 = 0
            for place in text.indices {
                value = value << 8 | UInt64(text[place])
                let start = place - Runs.width + 1
                guard start >= 0, start % (atLeast - Runs.width + 1) == 0 else { continue }
                marks.append((value, start))
                Runs.add(value, to: &filter)
            }
            var found: [Range<Int>] = []
            for place in wanted.indices {
                value = value << 8 | UInt64(wanted[place])
                guard place >= Runs.width - 1, Runs.mayHave(value, filter) else { continue }
                for mark in marks where mark.value == value {
                    let run = whole(text, mark.place, place - Runs.width + 1)
                    if run.count >= atLeast { found.append(run) }
                }
            }
            return found
        }

        /// The whole run around eight bytes.
        private func whole(_ text: UnsafeBufferPointer<UInt8>, _ place: Int, _ origin: Int) -> Range<Int> {
            var before = 0
            while place > before, origin > before, text[place - before - 1] == wanted[origin - before - 1] {
                before += 1
            }
            var after = Runs.width
            while place + after < text.count, origin + after < wanted.count,
                text[place + after] == wanted[origin + after]
            {
                after += 1
            }
            return (place - before)..<(place + after)
        }

        private static func bit(_ value: UInt64) -> (word: UInt64, mask: UInt64) {
            let mixed = (value &* 0x9E37_79B9_7F4A_7C15) >> 56
            return (mixed >> 6, 1 << (mixed & 63))
        }

        private static func add(_ value: UInt64, to filter: inout (UInt64, UInt64, UInt64, UInt64)) {
            let (word, mask) = bit(value)
            switch word {
            case 0: filter.0 |= mask
            case 1: filter.1 |= mask
            case 2: filter.2 |= mask
            default: filter.3 |= mask
            }
        }

        private static func mayHave(_ value: UInt64, _ filter: (UInt64, UInt64, UInt64, UInt64)) -> Bool {
            let (word, mask) = bit(value)
            return switch word {
            case 0: filter.0 & mask != 0
            case 1: filter.1 & mask != 0
            case 2: filter.2 & mask != 0
            default: filter.3 & mask != 0
            }
        }
    }
}
