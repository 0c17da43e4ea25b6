import KCaseFurtherMachines
import KCaseDriver
import KCaseHTTP
import KCaseJSON
import KCaseProtocol
import KCaseSystem

/// What one call is told: the client's configuration, as far as the call does not say otherwise.
package struct CallOptions {
    package var operation: OperationOptions
    package var tag: String?
    /// What the host knows the wish by, a job's id say.
    var intentKey: String?
    /// Whether what the journal has of the case is answer enough.
    var usesJournal = false
    /// Of an await: what it waits for.
    var goal: AwaitMachine.Goal?
    /// Of a cancel of services: the type under which they are read.
    var serviceTypeID: String?

    /// What a call may be told beside what every call may.
    enum More {
        /// Of calls about a whole case, which a journal may keep.
        case journal
        case nothing
        case goal
        case serviceType
    }

    private static let bytesMax = 65_536
    private static let tagBytesMax = 256
    private static let intentKeyBytesMax = 256

    private static func keys(_ more: More) -> [StaticString] {
        var keys: [StaticString] = [
            "timeout_ms", "max_attempts", "confirm", "tag", "personal_data", "headers",
        ]
        switch more {
        case .journal: keys += ["intent_key", "use_journal"]
        case .nothing: break
        case .goal: keys.append("until")
        case .serviceType: keys.append("service_type_id")
        }
        return keys
    }

    package init(_ configuration: Configuration) { operation = configuration.operation }

    package init(
        _ given: GivenText, _ configuration: Configuration
    ) throws(InvalidInput) {
        try self.init(given, configuration, and: .journal)
    }

    init(_ given: GivenText, _ configuration: Configuration, and more: More) throws(InvalidInput) {
        self.init(configuration)
        let reader = try ObjectReader.optional(
            given, name: "options", bytesMax: CallOptions.bytesMax, keys: CallOptions.keys(more))
        if let reader { try take(reader, configuration, more) }
    }

    @inline(never)
    private mutating func take(
        _ reader: borrowing ObjectReader, _ configuration: Configuration, _ more: More
    ) throws(InvalidInput) {
        operation = try OperationOptions(reader, defaults: operation)
        tag = try reader.text("tag", bytesMax: CallOptions.tagBytesMax)
        operation.personalData = try reader.boolean("personal_data") ?? false
        operation.trace = try reader.traceHeaders()
        intentKey = try reader.text("intent_key", bytesMax: CallOptions.intentKeyBytesMax)
        usesJournal = try reader.boolean("use_journal") ?? false
        if configuration.journal == nil {
            if intentKey != nil { throw InvalidInput("intent_key: the client has no journal") }
            if usesJournal { throw InvalidInput("use_journal: the client has no journal") }
        }
        switch more {
        case .journal, .nothing: break
        case .goal: goal = try reader.choice("until", CallOptions.goals)
        case .serviceType: serviceTypeID = try reader.text("service_type_id", bytesMax: 256)
        }
    }

    private static var goals: [(word: StaticString, meaning: AwaitMachine.Goal)] {
        [("canceled", .canceled), ("started", .started), ("finished", .finished)]
    }

    /// Of an await, which must be told what it waits for.
    func awaitKind() throws(InvalidInput) -> OperationKind {
        guard let goal else {
            throw InvalidInput(
                "until: must be given in the options, as \"canceled\" or \"started\" or \"finished\"")
        }
        return .await(goal)
    }
}

extension OperationOptions {
    private static var confirms: [(word: StaticString, meaning: Confirm)] {
        [("ambiguous", .ambiguous), ("always", .always), ("never", .never)]
    }

    /// The members that configurations and the options of calls have in common.
    init(_ reader: borrowing ObjectReader, defaults: OperationOptions) throws(InvalidInput) {
        self = defaults
        timeout = try reader.milliseconds("timeout_ms") ?? timeout
        retry.attempts = try reader.integer("max_attempts", 1...20).map { Int($0) } ?? retry.attempts
        confirm = try reader.choice("confirm", OperationOptions.confirms) ?? confirm
    }
}

extension ObjectReader {
    /// A time of a millisecond to an hour.
    borrowing func milliseconds(_ key: StaticString) throws(InvalidInput) -> Milliseconds? {
        try integer(key, 1...Milliseconds.hour.count).map { Milliseconds($0) }
    }

    /// What goes with each request of an operation, so that its host can follow it.
    borrowing func traceHeaders() throws(InvalidInput) -> TraceHeaders? {
        var fields = TraceHeaders.Fields()
        try forEachText("headers") { (name, value) throws(InvalidInput) in try fields.add(name, value) }
        return fields.make()
    }
}
