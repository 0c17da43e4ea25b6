import ArgumentParser

/// What stands in for a person's answer.
struct ConfirmOptions: ParsableArguments {
    @Flag(name: [.long, .short], help: ArgumentHelp("Do not ask, even in production."))
    var yes = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Act only if this is the environment and the number of cases: production:1234.", valueName: "what"
        ))
    var confirm: String?
}
