/// Text for a page, so that nothing in it is taken for markup.
func escaped(_ text: String) -> String {
    var out = ""
    for scalar in printable(text).unicodeScalars {
        switch scalar {
        case "&": out += "&amp;"
        case "<": out += "&lt;"
        case ">": out += "&gt;"
        case "\"": out += "&quot;"
        case "'": out += "&#39;"
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out
}

/// The parts of a report's pages. No script, no style attribute, nothing from elsewhere.
enum HTML {
    /// Nothing but the style below.
    private static let policy = "default-src 'none'; style-src 'unsafe-inline'"

    static let style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --page: #fff; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --page: #0d1117; }
        }
        body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
          max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.5rem; margin: 1rem 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0;
          border-bottom: 1px solid var(--line); }
        th { color: var(--soft); font-weight: 600; }
        td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
        td.name, td.when { white-space: nowrap; }
        table.cases { table-layout: fixed; }
        table.cases th:nth-child(1) { width: 3.5rem; } table.cases th:nth-child(2) { width: 19rem; }
        table.cases th:nth-child(4) { width: 6rem; } table.cases th:nth-child(5) { width: 13rem; }
        code { font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        summary { cursor: pointer; } details ul { margin: .3rem 0; padding-left: 1.2rem; color: var(--soft); }
        svg.bar { width: 100%; height: 1.25rem; display: block; }
        @media (max-width: 40rem) {
          table.cases thead { display: none; }
          table.cases tr, table.cases td { display: block; border: 0; padding: .1rem 0; }
          table.cases tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
          table.cases td.number { text-align: left; }
          table.cases td.number:not(:empty)::before { content: "line "; }
        }
        @media print {
          :root { --ink: #000; --soft: #333; --line: #999; --page: #fff; }
          body { font-size: 9pt; margin: 0; max-width: none; } code { font-size: 8pt; }
          a { color: inherit; } summary { list-style: none; } td.when { white-space: normal; }
          table.cases th:nth-child(2) { width: 15rem; } table.cases th:nth-child(5) { width: 6rem; }
          tr { break-inside: avoid; } thead { display: table-header-group; } h2 { break-after: avoid; }
        }

        """

    static func page(title: String, body: () throws(Failure) -> Void, to writer: DataWriter) throws(Failure) {
        writer.write(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <title>\(escaped(title))</title>
            <style>
            \(style)</style>
            </head>
            <body>
            <h1>\(escaped(title))</h1>

            """)
        try body()
        writer.write("</body>\n</html>\n")
    }

    static func pairs(_ pairs: [(name: String, value: String)]) -> String {
        "<dl>\n" + pairs.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>\n" }.joined()
            + "</dl>\n"
    }

    /// The numbers as a bar, a share for each outcome. What cannot see it reads the table.
    static func bar(_ summary: Summary) -> String {
        let parts =
            summary.tally.map { ($0.outcome.name, $0.count, color($0.outcome)) }
            + (summary.notStarted > 0 ? [("not started", summary.notStarted, "#afb8c1")] : [])
        let total = max(1, parts.reduce(0) { $0 + $1.1 })
        var position = 0
        var out = "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" "
        out +=
            "aria-label=\"\(escaped(parts.map { "\(grouped($0.1)) \($0.0)" }.joined(separator: ", ")))\">\n"
        for (name, count, color) in parts {
            let from = position * 1000 / total
            position += count
            // Even one case of a million is seen.
            let width = max(2, position * 1000 / total - from)
            out += "<rect x=\"\(from)\" width=\"\(width)\" height=\"10\" fill=\"\(color)\">"
            out += "<title>\(escaped(name)): \(grouped(count))</title></rect>\n"
        }
        return out + "</svg>\n"
    }

    /// A colored mark before an outcome's name.
    static func mark(_ outcome: Outcome) -> String {
        "<svg width=\"10\" height=\"10\" aria-hidden=\"true\"><circle cx=\"5\" cy=\"5\" r=\"5\" "
            + "fill=\"\(color(outcome))\"/></svg>"
    }

    /// Told apart in light and dark, on paper, and by those who see no red or green.
    private static func color(_ outcome: Outcome) -> String {
        switch outcome {
        case .ok, .canceled: "#1a7f5a"
        case .alreadyCanceled: "#6cc4a1"
        case .refused: "#8250df"
        case .notFound: "#57606a"
        case .denied: "#a40e26"
        case .failed: "#d1571e"
        case .notSent: "#e0a800"
        case .unknown: "#0969da"
        default: "#6e7781"
        }
    }
}
