/// What is odd about a reading that still tells the case's state, or that only seems to.
public enum Blemish: String, Sendable, CaseIterable {
    case byteOrderMark = "byte_order_mark"
    case halfEmoji = "half_emoji"
    case nul
    case latin1
    case numberOutOfRange = "number_out_of_range"
    case duplicateKey = "duplicate_key"
    case upperCaseID = "upper_case_id"
    case otherName = "other_name"
    case wordOnly = "word_only"
    case blankID = "blank_id"
    case gzip
    case age
    case twice
    case twiceDiffering = "twice_differing"

    /// What it is, in a few words.
    public var about: String {
        switch self {
        case .byteOrderMark: "a byte-order mark before the JSON"
        case .halfEmoji: #"a text that ends in half an emoji (a lone \ud83d)"#
        case .nul: #"a text with \u0000 in it"#
        case .latin1: "a text with a byte that is not UTF-8"
        case .numberOutOfRange: "1e400 and an integer of 20 digits"
        case .duplicateKey: "a key given twice, in an object that says nothing about the state"
        case .upperCaseID: "the secondary status id in capitals"
        case .otherName: "caseSecondaryStatusId in place of secondaryCaseStatusId"
        case .wordOnly: #"secondaryStatus "Cancelled" for a canceled case, and no secondary status id"#
        case .blankID: "blanks around the case id"
        case .gzip: "gzip that nobody asked for, with Content-Encoding"
        case .age: "a cache's copy: the header Age: 30, and the state of 30 s ago"
        case .twice: "the case twice in the list"
        case .twiceDiffering: "the case twice in the list: as it is, and as it was before its cancel"
        }
    }

    /// How old the state is that it shows.
    var ageMS: Int { self == .age ? 30_000 : 0 }
}
