import FlyingSocks
import Foundation

/// Why the server could not listen, in words.
enum ListenFailure {
    static func describe(_ error: any Error, _ port: UInt16) -> String {
        guard case SocketError.failed(_, let code, let message) = error else { return "\(error)" }
        return switch code {
        case EADDRINUSE: "port \(port) is in use; give another one, or --port 0 for any free one"
        case EACCES: "port \(port) needs more rights; give one above 1023, or --port 0"
        default: "cannot listen on port \(port): \(message)"
        }
    }
}
