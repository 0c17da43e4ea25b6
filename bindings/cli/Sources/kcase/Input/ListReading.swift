/// The first phase: a list is read to its end and every id in it checked, before anything is sent.
struct ListReading {
    /// No more lines are shown than a person would read.
    private static let refusalsShown = 20

    let format: ListFormat?
    let rule: IDRule
    let name: String

    private var refusals: [RowError] = []
    private var refused = 0

    init(name: String, format: ListFormat?, rule: IDRule) {
        self.name = name
        self.format = format
        self.rule = rule
    }

    /// Reads the list's cases. Throws a Failure that names every line that cannot be read.
    static func read(
        _ path: String, format: ListFormat?, rule: IDRule, into list: CaseList
    ) throws(Failure) {
        let isStandardInput = path == "-"
        let name = isStandardInput ? "standard input" : path
        let file =
            if isStandardInput { Descriptor(Descriptor.standardInput) } else { try Descriptor.reading(path) }
        var reading = ListReading(name: name, format: format, rule: rule)
        try reading.read(TextSource(file, name: name), into: list)
    }

    /// Takes the cases that are named on the command line.
    static func read(arguments: [String], rule: IDRule, into list: CaseList) throws(Failure) {
        for (index, argument) in arguments.enumerated() {
            let id: ArraySlice<UInt8>
            do throws(IDRule.Refusal) {
                id = try rule.id(in: ArraySlice(argument.utf8))
            } catch {
                throw Failure(error.reason)
            }
            try list.append(line: index + 1, id: id)
        }
        try list.finish()
        if rule.anyID, let refusal = try LibraryRule().refusals(in: list).first {
            throw Failure(refusal.reason)
        }
    }

    private mutating func read(_ source: TextSource, into list: CaseList) throws(Failure) {
        var row = ListRow()
        var reader = reader(of: source)
        while true {
            do {
                guard try reader.next(into: &row) else { break }
                try list.append(line: row.line, id: try rule.id(in: row.field[...]))
            } catch let refusal as IDRule.Refusal {
                let isFirst = format == nil && list.rows == 0 && refused == 0
                let heading = isFirst ? rule.reason(againstFirst: row.field[...]) : nil
                refuse(RowError(line: row.line, reason: heading ?? refusal.reason))
            } catch let error as RowError {
                refuse(error)
                if error.isFatal { break }
            } catch let failure as Failure {
                throw failure
            } catch {
                throw Failure("\(name): \(error)")
            }
        }
        if refused == 0, list.rows == 0 { throw Failure("\(name): no case id in it") }
        try list.finish()
        if rule.anyID { try LibraryRule().refusals(in: list).forEach { refuse($0) } }
        if refused > 0 { throw refusal }
    }

    private func reader(of source: TextSource) -> any ListReader {
        switch format ?? (source.beginsWithObject ? .ndjson(member: "case_id") : .plain) {
        case .plain: LineReader(source)
        case .fixed(let positions): LineReader(source, positions: positions)
        case .columns(let column, let separator): ColumnReader(source, column: column, separator: separator)
        case .ndjson(let member): ObjectReader(source, member: member)
        }
    }

    private mutating func refuse(_ error: RowError) {
        refused += 1
        if refusals.count < ListReading.refusalsShown { refusals.append(error) }
    }

    private var refusal: Failure {
        var lines = refusals.map { "\(name): line \($0.line): \($0.reason)" }
        if refused > refusals.count { lines.append("\(name): and \(refused - refusals.count) more lines") }
        lines.append("Nothing was sent.")
        return Failure(lines.joined(separator: "\n"))
    }
}
