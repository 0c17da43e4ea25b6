/// Where a text that should be an id comes from, which decides what to say if it is none.
enum IDPlace {
    /// The command line.
    case argument
    /// A line of its own.
    case line
    /// These places of a line.
    case positions(ClosedRange<Int>)
    case column(ListFormat.Column)
    /// A member of a JSON object.
    case member(String)

    /// What to do about a text that holds something beside an id.
    /// - Parameter hasSeparator: it holds what may stand between columns.
    func advice(hasSeparator: Bool) -> String {
        switch self {
        case .argument: "each id is an argument of its own"
        case .line where hasSeparator: "name the column with the case ids: --column NAME"
        case .line: "say where the id stands: --positions 1-36"
        case .positions(let range):
            "is the id at --positions \(range.lowerBound)-\(range.upperBound)? It has 36 characters"
        case .column(.named(let name)):
            "is --column \(shellQuoted(printable(name))) the one with the ids, and --separator right?"
        case .column(.number(let number)):
            "is --column \(number) the one with the ids, and --separator right?"
        case .member(let name):
            "is \"\(printable(name))\" the member with the ids? --column NAME says which"
        }
    }

    /// What to do about an id that is empty; nil if there is nothing to say.
    var adviceIfEmpty: String? {
        if case .argument = self { "is a variable of a script empty?" } else { nil }
    }

    /// What to do about a first line that is words, as a heading is; nil where none can be.
    func advice(heading: String) -> String? {
        switch self {
        case .line, .column(.number): "if it is a heading, say --column \(shellQuoted(heading))"
        case .positions: "if it is a heading, take its line off the list"
        case .argument, .column(.named), .member: nil
        }
    }
}
