import Glibc

/// How the program ends. Scripts rely on these numbers: they are never renumbered.
enum ExitStatus: Int32 {
    /// Every case is canceled; or everything that was to be read was read.
    case allDone = 0
    /// Some cases are not canceled, and the service or somebody between said why.
    case someNotCanceled = 1
    /// The command line, the configuration or the list is wrong, or nobody confirmed. Nothing was sent.
    case usage = 2
    /// What became of some cases is not known, or nothing was sent for them: the only "run it again".
    case runAgain = 3
    /// The service does not accept the credentials.
    case denied = 4
    /// The journal or the note of a run cannot be used. Nothing was sent for it.
    case journal = 5
    /// Stopped by Ctrl-C. What was in progress is settled.
    case interrupted = 130
    /// Stopped by SIGTERM or SIGHUP. What was in progress is settled.
    case terminated = 143

    /// In a few words.
    var meaning: String {
        switch self {
        case .allDone: "everything is done"
        case .someNotCanceled: "some cases are not canceled"
        case .usage: "nothing was sent"
        case .runAgain: "something is unknown or was not sent; run it again"
        case .denied: "the credentials were denied"
        case .journal: "the journal cannot be used"
        case .interrupted, .terminated: "stopped; what was in progress is settled"
        }
    }
}

/// Why the program cannot go on: what a person reads, and how it ends.
struct Failure: Error {
    let status: ExitStatus
    let message: String

    init(_ message: String, status: ExitStatus = .usage) {
        self.message = message
        self.status = status
    }

    /// The library's words for a member that is wrong ("case_status: must be ..."), with its flag instead.
    func naming(_ flags: [(member: String, flag: String)]) -> Failure {
        guard let (member, flag) = flags.first(where: { message.hasPrefix($0.member + ": ") }) else {
            return self
        }
        return Failure(flag + message.dropFirst(member.count), status: status)
    }
}

/// Ends the program. Everything was handed to the system by then, so what the libraries would tidy up in this
/// process is left to its end.
func end(_ status: ExitStatus) -> Never {
    _exit(status.rawValue)
}
