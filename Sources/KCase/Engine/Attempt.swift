/// What an operation sends.
enum Sending: Equatable {
    /// The request that mints a token; operations share it.
    case mint
    case request(Request)

    var name: StaticString {
        switch self {
        case .mint: "authenticate"
        case .request(.cancel): "cancel"
        case .request(.read): "read"
        case .request(.probe): "check"
        }
    }
}

/// One HTTP request that an operation began, for the record.
struct Attempt {
    let sending: Sending
    /// Milliseconds since 1970.
    let at: Milliseconds
    /// By the monotonic clock.
    let began: Milliseconds
    var ended: Milliseconds

    /// Whether any byte of it can have left this machine.
    var sent = false
    var status: Int32 = 0
    var error: String?
    var requestIDs: [(name: StaticString, value: String)] = []

    init(_ sending: Sending, at: Milliseconds, began: Milliseconds) {
        self.sending = sending
        self.at = at
        self.began = began
        ended = began
    }

    var duration: Milliseconds { ended - began }
}
