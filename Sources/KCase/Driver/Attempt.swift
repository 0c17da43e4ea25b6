import KCaseProtocol
import KCaseSystem

/// What an operation sends.
package enum Sending: Equatable {
    /// The request that mints a token; operations share it.
    case mint
    case request(Request)

    package var name: StaticString {
        switch self {
        case .mint: "authenticate"
        case .request(.cancel): "cancel"
        case .request(.read): "read"
        case .request(.probe): "check"
        case .request(.list): "list"
        case .request(.cancelServices): "cancel_services"
        case .request(.readServices): "read_services"
        case .request(.cancelSearch): "cancel_search"
        }
    }
}

/// One HTTP request that an operation began, for the record.
package struct Attempt {
    package let sending: Sending
    package let at: WallTime
    let began: Instant
    var ended: Instant

    /// Whether any byte of it can have left this machine.
    package internal(set) var sent = false
    package internal(set) var status: Int32 = 0
    package var error: String?
    package var requestIDs: [(name: StaticString, value: String)] = []

    init(_ sending: Sending, at: WallTime, began: Instant) {
        self.sending = sending
        self.at = at
        self.began = began
        ended = began
    }

    package var duration: Milliseconds { ended - began }
}
