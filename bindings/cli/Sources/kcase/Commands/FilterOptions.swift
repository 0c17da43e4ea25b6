import ArgumentParser

/// Which cases of the service's list are meant.
struct FilterOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Ordered with this tracking code.", valueName: "code"))
    var trackingCode: String?

    @Option(name: .long, help: ArgumentHelp("Ordered by this tracking user.", valueName: "user"))
    var trackingUser: String?

    @Option(name: .long, help: ArgumentHelp("The candidate's address.", valueName: "address"))
    var candidateEmail: String?

    @Option(name: .long, help: ArgumentHelp("The address that was invited.", valueName: "address"))
    var invitationEmail: String?

    @Option(name: .long, help: ArgumentHelp("Pending, Blocked, Complete or Adjudicated.", valueName: "name"))
    var caseStatus: String?

    @Option(name: .long, help: ArgumentHelp("Such as \"Reviewing Order\", or none.", valueName: "name"))
    var secondaryStatus: String?

    @Option(name: .long, help: ArgumentHelp("Such as Open or Placed.", valueName: "name"))
    var result: String?

    @Option(name: .long, help: ArgumentHelp("Ordered before: 2026-01-31.", valueName: "time"))
    var orderedBefore: String?

    @Option(name: .long, help: ArgumentHelp("Ordered then or later: 2026-01-01.", valueName: "time"))
    var orderedAfter: String?

    @Flag(name: .long, help: "Nothing that is known speaks against canceling it.")
    var cancelable = false

    @Flag(name: .long, help: "Archived cases, too.")
    var archived = false

    /// The members that kcase_list() takes, by the flags that give them.
    static let flags = [
        ("api_tracking_code", "--tracking-code"), ("api_tracking_user", "--tracking-user"),
        ("candidate_email", "--candidate-email"), ("invitation_email", "--invitation-email"),
        ("case_status", "--case-status"), ("secondary_status", "--secondary-status"), ("result", "--result"),
        ("ordered_before", "--ordered-before"), ("ordered_after", "--ordered-after"),
    ]

    /// As kcase_list() takes it. What was not given is not in it; what was given empty is refused there.
    var json: JSON {
        let texts = [
            ("api_tracking_code", trackingCode), ("api_tracking_user", trackingUser),
            ("candidate_email", candidateEmail), ("invitation_email", invitationEmail),
            ("case_status", caseStatus), ("secondary_status", secondaryStatus), ("result", result),
            ("ordered_before", orderedBefore), ("ordered_after", orderedAfter),
            ("cancelable", cancelable ? "likely" : nil),
        ]
        var members = texts.compactMap { name, value in
            value.map { JSON.Member(name: name, value: .string($0)) }
        }
        if archived { members.append(.init(name: "archived", value: .bool(true))) }
        return .object(members)
    }
}
