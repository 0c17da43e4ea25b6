import ArgumentParser

/// Which cases: on the command line, or in a list.
struct ListOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Case ids.", valueName: "id"))
    var ids: [String] = []

    @Option(
        name: .long, help: ArgumentHelp("A list of case ids; - is standard input.", valueName: "file"),
        completion: .file())
    var from: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The list has columns: the heading of the one with the ids, or its number if there are none.",
            valueName: "name"))
    var column: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Between the columns: comma, semicolon, tab or bar. Found out if not given.", valueName: "name"))
    var separator: Separator?

    @Option(
        name: .long,
        help: ArgumentHelp("The ids stand at these places of each line: 1-36.", valueName: "from-to"),
        transform: Positions.init(parsing:))
    var positions: Positions?

    @Option(name: .long, help: "How the list is written. Found out if not given.")
    var format: Format?

    @Flag(name: .long, help: "Take ids that are no UUIDs.")
    var anyID = false

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case plain, csv, ndjson
    }

    enum Separator: String, ExpressibleByArgument, CaseIterable {
        case comma, semicolon, tab, bar

        var byte: UInt8 {
            switch self {
            case .comma: UInt8(ascii: ",")
            case .semicolon: UInt8(ascii: ";")
            case .tab: 0x09
            case .bar: UInt8(ascii: "|")
            }
        }
    }

    struct Positions {
        let range: ClosedRange<Int>

        /// Throws a ValidationError, which says how places are written.
        init(parsing argument: String) throws {
            let ends = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, last >= first,
                last <= rowBytesMax
            else { throw ValidationError("write the first and the last place, counted from 1: 1-36") }
            range = first...last
        }
    }

    /// Reads the whole list. Nothing was sent yet.
    func read(into list: CaseList) throws(Failure) {
        let rule = IDRule(anyID: anyID)
        guard let from else {
            if ids.isEmpty { throw Failure("which cases? Name their ids, or a list of them: --from FILE") }
            if column != nil || separator != nil || positions != nil || format != nil {
                throw Failure("--column, --separator, --positions and --format go with --from")
            }
            return try ListReading.read(arguments: ids, rule: rule, into: list)
        }
        if !ids.isEmpty { throw Failure("name the case ids or give a list with --from, not both") }
        try ListReading.read(from, format: try listFormat(from), rule: rule, into: list)
    }

    /// What people call the list; nil if the cases are named on the command line.
    var name: String? { from.map(sourceName) }

    /// nil: found out from the list itself.
    private func listFormat(_ path: String) throws(Failure) -> ListFormat? {
        if let positions {
            if column != nil || separator != nil || (format ?? .plain) != .plain {
                throw Failure(
                    "--positions is for lists without columns: leave --column, --separator, --format out")
            }
            return .fixed(positions.range)
        }
        let isObjects = [".ndjson", ".jsonl"].contains(where: path.hasSuffix)
        if format == .ndjson || (format == nil && isObjects) {
            return .ndjson(member: column ?? "case_id")
        }
        if let column {
            if format == .plain {
                throw Failure("--format plain has no columns: leave one of --format and --column out")
            }
            if let number = Int(column), number > 0 {
                return .columns(.number(number), separator: separator?.byte)
            }
            return .columns(.named(column), separator: separator?.byte)
        }
        if format == .csv || separator != nil {
            throw Failure("which column has the case ids? Say --column NAME")
        }
        return format == .plain ? .plain : nil
    }
}
