import ArgumentParser

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Find cases by what you know of them.",
        discussion: """
            The service has no search: its whole list is read, and the cases that are meant are shown as \
            they come. Exit code 0 means that the list was read to its end.

              kcase list --tracking-code REQ-2026-0815
              kcase list --cancelable --ordered-before 2026-01-01 --output csv
            """
    )

    @OptionGroup(title: "Which cases") var filter: FilterOptions
    @OptionGroup(title: "Which service") var service: ServiceOptions
    @OptionGroup(title: "What comes out") var output: OutputOptions

    func run() throws {
        var settings = try service.settings()
        settings.remove(.journal)
        let named = try Service(settings)
        let client = try Connecting.client(&settings, named)
        Signals.catchThem()
        let listing: Listing
        do throws(Failure) {
            listing = try Listing(client, filter: filter.json.written)
        } catch {
            throw error.naming(FilterOptions.flags)
        }
        let ending = try ListRun(listing: listing, client: client, output: output, service: named).perform()
        if ending != .allDone { throw Ending(status: ending) }
    }
}
