/// The first phase: a list is read to its end and every id in it checked, before anything is sent.
struct ListReading {
    /// No more lines are shown than a person would read.
    private static let refusalsShown = 20

    private let rule: IDRule
    private let place: IDPlace
    /// The list's name; nil: the ids are arguments.
    private let name: String?

    private var refusals: [RowError] = []
    private var refused = 0

    private init(rule: IDRule, place: IDPlace, name: String?) {
        self.rule = rule
        self.place = place
        self.name = name
    }

    /// Reads the list's cases. Throws a Failure that names every line that cannot be read.
    /// - Parameter format: nil: it is found out.
    static func read(
        _ path: String, format: ListFormat?, rule: IDRule, into list: CaseList
    ) throws(Failure) {
        let name = sourceName(path)
        let source = try TextSource(Descriptor.reading(path), name: name)
        let format = format ?? (source.beginsWithObject ? .ndjson(member: "case_id") : .plain)
        var reading = ListReading(rule: rule, place: format.place, name: name)
        var reader = reader(of: source, format)
        try reading.read(&reader, into: list)
        if list.rows == 0, reading.refused == 0 { throw Failure("\(name): no case id in it") }
        try reading.finish(list)
    }

    /// Takes the cases that are named on the command line.
    static func read(arguments: [String], rule: IDRule, into list: CaseList) throws(Failure) {
        var reading = ListReading(rule: rule, place: .argument, name: nil)
        for (index, argument) in arguments.enumerated() {
            try reading.take(ListRow(line: index + 1, field: Array(argument.utf8)), into: list)
        }
        try reading.finish(list)
    }

    private static func reader(of source: TextSource, _ format: ListFormat) -> any ListReader {
        switch format {
        case .plain: LineReader(source)
        case .fixed(let positions): LineReader(source, positions: positions)
        case .columns(let column, let separator): ColumnReader(source, column: column, separator: separator)
        case .ndjson(let member): ObjectReader(source, member: member)
        }
    }

    private mutating func read(_ reader: inout any ListReader, into list: CaseList) throws(Failure) {
        var row = ListRow()
        while true {
            do {
                guard try reader.next(into: &row) else { return }
                try take(row, into: list)
            } catch let error as RowError {
                refuse(error)
                if error.isFatal { return }
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure("\(name ?? ""): \(error)")
            }
        }
    }

    private mutating func take(_ row: ListRow, into list: CaseList) throws(Failure) {
        let id: ArraySlice<UInt8>
        do throws(IDRule.Refusal) {
            id = try rule.id(in: row.field[...], of: place)
        } catch {
            let isFirst = list.rows == 0 && refused == 0
            let heading = isFirst ? rule.reason(againstFirst: row.field[...], of: place) : nil
            return refuse(RowError(line: row.line, reason: heading ?? error.reason))
        }
        try list.append(line: row.line, id: id)
    }

    /// Throws if anything was refused.
    private mutating func finish(_ list: CaseList) throws(Failure) {
        try list.finish()
        if rule.anyID { try LibraryRule().refusals(in: list).forEach { refuse($0) } }
        if refused > 0 { throw refusal(isSingle: list.rows + refused == 1) }
    }

    private mutating func refuse(_ error: RowError) {
        refused += 1
        if refusals.count < ListReading.refusalsShown { refusals.append(error) }
    }

    /// - Parameter isSingle: there is one row alone.
    private func refusal(isSingle: Bool) -> Failure {
        let (before, unit) = name.map { ("\($0): ", "line") } ?? ("", "argument")
        var lines = refusals.map { error in
            let place = isSingle && name == nil ? "" : "\(before)\(unit) \(error.line): "
            return place + error.reason
        }
        if refused > refusals.count {
            lines.append(before + "and " + counted(refused - refusals.count, "more \(unit)"))
        }
        lines.append("Nothing was sent.")
        return Failure(lines.joined(separator: "\n"))
    }
}
