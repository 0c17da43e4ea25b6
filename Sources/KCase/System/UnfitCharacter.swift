/// A character that no id has, and what has probably happened to one that holds it.
///
/// An id comes out of a file, a spreadsheet or a mail, and brings along what was around it there. With that,
/// it would name no case, and the service's 404 would be taken for the truth about the case that was meant.
package enum UnfitCharacter {
    /// Separates the segments of a path, or is read as one that does.
    case pathSyntax
    case control
    /// A space of any width.
    case space
    /// Takes no room, or turns the direction of writing.
    case unseen
    case quotationMark
    case bracket
    case separator
    /// Looks like a hyphen.
    case dash
    /// Stands for a character that could not be read, or for none at all.
    case noCharacter

    /// nil: the character may stand in an id.
    package init?(_ character: UInt32) {
        let found = character < 0x80 ? UnfitCharacter.ascii(character) : UnfitCharacter.beyond(character)
        guard let found else { return nil }
        self = found
    }

    /// The rule, and a hint.
    package func rule(_ character: UInt32, place: Int) -> String {
        let name = "U+" + UnfitCharacter.hexadecimal(character)
        let here = " (" + name + ", character " + decimal(place) + ")"
        return switch self {
        case .pathSyntax: "must not hold any of / \\ ? # %" + here
        case .control:
            "must not hold a control character" + here
                + (character == 0x0A || character == 0x0D ? "; cut the line's end off" : "")
        case .space: "must not hold a space" + here + "; trim what a file or a page has around the id"
        case .unseen:
            "must not hold a character that nobody sees" + here
                + (character == 0xFEFF
                    ? "; it is a byte-order mark: read the file as UTF-8 with a mark"
                    : "; it came along when the id was copied")
        case .quotationMark:
            "must not hold a quotation mark" + here + "; the quotes of a list's field are not part of the id"
        case .bracket:
            "must not hold a brace or bracket" + here + "; a GUID is given without what is around it"
        case .separator:
            "must not hold a comma, semicolon or bar" + here + "; one that separates a list's fields is no"
                + " part of the id, and each id takes a call of its own"
        case .dash: "must not hold a dash other than \"-\"" + here + "; an editor put it in a hyphen's place"
        case .noCharacter:
            "must not hold a code that is no character" + here
                + "; the text was read in a wrong encoding, or is damaged"
        }
    }

    /// "000A"
    package static func hexadecimal(_ character: UInt32) -> String {
        let digits = StaticString("0123456789ABCDEF").bytes
        var text: [UInt8] = []
        var shift: UInt32 = character > 0xFFFFF ? 20 : character > 0xFFFF ? 16 : 12
        while true {
            text.append(digits[Int((character >> shift) & 15)])
            if shift == 0 { return String(decoding: text, as: UTF8.self) }
            shift -= 4
        }
    }

    // MARK: - Which

    private static func ascii(_ character: UInt32) -> UnfitCharacter? {
        let byte = UInt8(truncatingIfNeeded: character)
        if ASCII.isControl(byte) { return .control }
        return switch byte {
        case UInt8(ascii: " "): .space
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"):
            .pathSyntax
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): .quotationMark
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"):
            .bracket
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"): .separator
        default: nil
        }
    }

    private static func beyond(_ character: UInt32) -> UnfitCharacter? {
        switch character {
        case 0x80...0x9F: .control
        case 0xA0, 0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F, 0x205F, 0x3000: .space
        // The braille pattern without dots.
        case 0x2800: .space
        case 0xAB, 0xBB, 0x2018...0x201F, 0x2032...0x2037, 0x2039...0x203A, 0x275B...0x275E,
            0x300C...0x300F, 0x301D...0x301F, 0xFF02, 0xFF07:
            .quotationMark
        case 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D: .dash
        case 0xFF0C, 0xFF1B, 0x3001, 0xFF5C: .separator
        case 0xE000...0xF8FF, 0xFDD0...0xFDEF, 0xFFFC...0xFFFF, 0xF0000...0x10_FFFF: .noCharacter
        default:
            // The last two of every plane are no characters.
            character & 0xFFFE == 0xFFFE ? .noCharacter : isUnseen(character) ? .unseen : nil
        }
    }

    /// Unicode's format characters, and the others that it says to show nothing for: fillers, and what
    /// chooses between forms of the character before.
    private static func isUnseen(_ character: UInt32) -> Bool {
        switch character {
        case 0xAD, 0x034F, 0x0600...0x0605, 0x061C, 0x06DD, 0x070F, 0x0890...0x0891, 0x08E2, 0x115F...0x1160,
            0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x3164,
            0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0x110BD, 0x110CD, 0x13430...0x1343F,
            0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
