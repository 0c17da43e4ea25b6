/// A case as a row of a report's table.
enum ReportRow {
    static func html(_ row: ResultRow, _ view: RowView) -> String {
        let result = row.result
        // 2026-11-26 08:15:00.123Z: a place where the line may break.
        let at = result["attempts.\(result.attempts - 1).at"] ?? ""
        let when = at.split(separator: "T").joined(separator: " ")
        return "<tr><td class=\"number\">\(row.line.map { String($0) } ?? "")</td>"
            + "<td><code>\(escaped(result.caseID))</code></td>"
            + "<td>\(what(result, view))</td><td>\(escaped(result["evidence"] ?? "none"))</td>"
            + "<td class=\"when\">\(escaped(when))</td></tr>\n"
    }

    private static func what(_ result: CaseResult, _ view: RowView) -> String {
        var summary = escaped(result.message)
        if view == .dryRun, result.outcome == .ok {
            let guess = Guess(CaseState(result))
            summary +=
                " A cancel would likely be <em>\(escaped(guess.outcome.name))</em>: \(escaped(guess.reason))."
        }
        var lines: [String] = []
        if let reason = result["reason"] { lines.append("reason: \(reason)") }
        if result["settled"] == "false" { lines.append("not settled: it may be found otherwise later") }
        if let tag = result["tag"] { lines.append("tag: \(tag)") }
        lines += (0..<result.attempts).map { attempt($0, result) }
        let items = lines.map { "<li>\(escaped($0))</li>" }.joined()
        return "<details><summary>\(summary)</summary><ul>\(items)</ul></details>"
    }

    private static func attempt(_ number: Int, _ result: CaseResult) -> String {
        func member(_ name: String) -> String? { result["attempts.\(number).\(name)"] }
        var parts = [member("at"), member("request")].compactMap(\.self)
        if let status = member("http_status") { parts.append("HTTP \(status)") }
        if member("sent") == "false" { parts.append("not sent") }
        if let error = member("error") { parts.append(error) }
        if let ids = member("request_ids"), ids != "{}" { parts.append(ids) }
        return parts.joined(separator: ", ")
    }
}
