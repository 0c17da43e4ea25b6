/// A page for those who check what was done, and a CSV file for spreadsheets beside it. Up to 20,000 cases
/// are on one page; beyond that each outcome has pages of its own.
final class Report: ResultSink {
    private let path: String
    private let view: RowView
    private let list: String?
    private let page: NewFile
    private let table: NewFile
    private let csv: CSVSink
    private var rows: [Outcome: ReportRows] = [:]
    private var failure: Failure?

    /// Makes the files, so that a folder that cannot be written to is known before anything is sent.
    init(_ path: String, view: RowView, list: String?) throws(Failure) {
        guard path.hasSuffix(".html") else { throw Failure("--report: \(path) must end with .html") }
        self.path = path
        self.view = view
        self.list = list
        page = try NewFile(path)
        table = try NewFile(Report.stem(path) + ".csv")
        csv = CSVSink(to: table.writer)
    }

    private static func stem(_ path: String) -> String {
        String(path.dropLast(5))
    }

    func take(_ row: ResultRow) {
        csv.take(row)
        if failure != nil { return }
        do throws(Failure) {
            let outcome = row.result.outcome
            let rows = if let known = self.rows[outcome] { known } else { try ReportRows(outcome) }
            self.rows[outcome] = rows
            let number = rows.append(ReportRow.html(row, view))
            if number != 0 { throw Failure("the report: \(systemMessage(number))") }
        } catch {
            failure = error
        }
    }

    func flush() {}

    func finish(_ summary: Summary) {}

    /// Writes the report. The files appear under their names only when they are complete.
    func write(_ summary: Summary, _ journal: Journal?) throws(Failure) {
        if let failure { throw failure }
        csv.finish(summary)
        try table.keep()
        // What needs somebody's attention comes first.
        let all = summary.tally.compactMap { rows[$0.outcome] }
        let parts = all.filter { !$0.outcome.isSuccess } + all.filter { $0.outcome.isSuccess }
        let isOnePage = summary.done <= ReportRows.pageRows
        let writer = page.writer
        try HTML.page(
            title: title(summary),
            body: { () throws(Failure) in
                writer.write(HTML.pairs(facts(summary, journal)))
                writer.write(HTML.bar(summary))
                writer.write(tally(summary, linked: !isOnePage))
                for part in parts where isOnePage { try section(part, page: 0, of: 1, to: writer) }
            }, to: writer)
        for part in parts where !isOnePage { try writePages(of: part, summary) }
        try page.keep()
    }

    // MARK: - Parts of it

    private func title(_ summary: Summary) -> String {
        "\(view == .cancel ? "Cases to cancel" : "Cases read") in \(summary.service)"
    }

    private func facts(_ summary: Summary, _ journal: Journal?) -> [(name: String, value: String)] {
        var facts = [
            (
                "Begun",
                "\(summary.startedAt.text), took \(duration(seconds: summary.elapsedMilliseconds / 1000))"
            ),
            ("Service", summary.service),
            ("Cases", grouped(summary.cases)),
        ]
        if let list { facts.append(("List", list)) }
        if summary.repetitions > 0 { facts.append(("Repeated lines", grouped(summary.repetitions))) }
        if summary.notStarted > 0 {
            let place = summary.notStartedFromLine.map { ", from line \(grouped($0)) of the list on" } ?? ""
            facts.append(("Not started", "\(grouped(summary.notStarted))\(place)"))
        }
        facts.append(("Ended", "exit code \(summary.status.rawValue): \(summary.status.meaning)"))
        if let journal {
            facts.append(("Journal", journal.path))
            if let head = journal.head(), let count = head["head.count"], let hash = head["head.hash"] {
                facts.append(
                    ("Journal's head", "\(count) entries, SHA-256 \(hash), \(head["head.at"] ?? "")"))
            }
        }
        facts.append(("Written by", "kcase \(Library.version)"))
        return facts.map { (name: $0.0, value: $0.1) }
    }

    private func tally(_ summary: Summary, linked: Bool) -> String {
        var out =
            "<table>\n<thead><tr><th>Outcome</th><th class=\"number\">Cases</th>"
            + "<th>What it claims</th></tr></thead>\n"
        for (outcome, count) in summary.tally {
            let link = linked ? fileName(outcome, page: 0) : "#\(outcome.name)"
            out +=
                "<tr><td class=\"name\">\(HTML.mark(outcome)) "
                + "<a href=\"\(escaped(link))\">\(escaped(outcome.name))</a></td>"
            out += "<td class=\"number\">\(grouped(count))</td><td>\(escaped(outcome.claim))</td></tr>\n"
        }
        if summary.notStarted > 0 {
            out += "<tr><td>not started</td><td class=\"number\">\(grouped(summary.notStarted))</td>"
            out += "<td>the run was stopped; nothing was sent</td></tr>\n"
        }
        return out + "</table>\n"
    }

    private func section(_ part: ReportRows, page: Int, of pages: Int, to writer: DataWriter) throws(Failure)
    {
        let place = pages > 1 ? ", page \(page + 1) of \(pages)" : ""
        writer.write(
            """
            <h2 id="\(part.outcome.name)">\(part.outcome.name): \(grouped(part.count))\(place)</h2>
            <table class="cases">
            <thead><tr><th class="number">Line</th><th>Case</th><th>What happened</th>
            <th>Evidence</th><th>When</th></tr></thead>

            """)
        try part.copy(page: page, to: writer)
        writer.write("</table>\n")
    }

    // MARK: - Long reports

    /// report-canceled-2.html, beside report.html.
    private func fileName(_ outcome: Outcome, page: Int) -> String {
        let stem = Report.stem(path).split(separator: "/").last.map(String.init) ?? ""
        return "\(stem)-\(outcome.name)-\(page + 1).html"
    }

    private func writePages(of part: ReportRows, _ summary: Summary) throws(Failure) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let index = path.split(separator: "/").last.map(String.init) ?? path
        for number in 0..<part.pageCount {
            let file = try NewFile(folder + fileName(part.outcome, page: number))
            try HTML.page(
                title: title(summary),
                body: { () throws(Failure) in
                    var links = ["<a href=\"\(escaped(index))\">All outcomes</a>"]
                    if number > 0 {
                        links.append(
                            "<a href=\"\(escaped(fileName(part.outcome, page: number - 1)))\">Before</a>")
                    }
                    if number + 1 < part.pageCount {
                        links.append(
                            "<a href=\"\(escaped(fileName(part.outcome, page: number + 1)))\">Next</a>")
                    }
                    file.writer.write("<p>\(links.joined(separator: " &middot; "))</p>\n")
                    try section(part, page: number, of: part.pageCount, to: file.writer)
                }, to: file.writer)
            try file.keep()
        }
    }
}
