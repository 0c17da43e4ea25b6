import ArgumentParser

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the settings, and where each one comes from.",
        discussion: """
            Flags win over variables, and variables over the file. Secrets are shown as ***.

              kcase config
              KCASE_ENVIRONMENT=stage kcase config --timeout 10s
            """
    )

    @OptionGroup(title: "Which service") var service: ServiceOptions

    @Option(name: [.long, .short], help: "What standard output carries.")
    var output: OutputFormat = .table

    func run() throws {
        let settings = try service.settings()
        let rows = settings.entries.map { entry in
            (entry.name, shown(entry.name, entry.setting.value), entry.setting.origin.description)
        }
        let writer = DataWriter(Descriptor.standardOutput, name: "standard output")
        switch output {
        case .table:
            let layout = TableLayout(terminal: Terminal(Descriptor.standardOutput), widths: [20, 30])
            for row in [("SETTING", "VALUE", "FROM")] + rows {
                writer.write(layout.row([row.0, row.1, row.2].map { RowView.Cell(text: printable($0)) }))
            }
        case .csv:
            writer.write(CSV.record(["setting", "value", "from"]))
            for row in rows { writer.write(CSV.record([row.0, row.1, row.2])) }
        case .json, .ndjson:
            let objects = rows.map { row in
                JSON.object([
                    .init(name: "setting", value: .string(row.0)),
                    .init(name: "value", value: .string(row.1)),
                    .init(name: "from", value: .string(row.2)),
                ])
            }
            let text =
                output == .json
                ? JSON.array(objects).written + "\n"
                : objects.map { $0.written + "\n" }.joined()
            writer.write(text)
        }
        try writer.close()
        describeSources(settings)
    }

    /// A value as it may be shown: no secret, and no password in an address.
    private func shown(_ name: String, _ value: JSON) -> String {
        if SettingKey(rawValue: name)?.isSecret ?? !ConfigCommand.isKnown(name) { return "***" }
        let text = value.text ?? value.written
        guard let start = Service.authorityStart(text), let at = text.lastIndex(of: "@"), at > start else {
            return text
        }
        return text[..<start] + "***" + text[at...]
    }

    /// What this program does not know may be a secret with a misspelled name.
    private static func isKnown(_ name: String) -> Bool {
        SettingKey(rawValue: name) != nil
    }

    private func describeSources(_ settings: Settings) {
        if let path = settings.path {
            Console.line("File: \(path)\(settings.hasFile ? "" : " (there is none)")")
        }
        Console.line("Variables: KCASE_ and a setting's name in capitals, such as KCASE_ENVIRONMENT;")
        Console.line("  \(ProgramVariable.all.joined(separator: ", "))")
        for name in settings.strayVariables { Console.line("Not obeyed: \(name)") }
    }
}
