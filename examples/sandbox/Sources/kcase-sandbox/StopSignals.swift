import Dispatch
import Foundation

/// A signal handler may do little more than write. What it wrote waits in the pipe, so no signal is lost,
/// however early it comes.
private let pipeEnds: [Int32] = {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe could be made")
    return ends
}()

/// Turns SIGTERM and SIGINT into a clean stop.
final class StopSignals {
    private let source: any DispatchSourceRead

    /// How long open connections get to end before the process does.
    private static let graceMS = 500

    init(_ stop: @escaping @Sendable () -> Void) {
        source = DispatchSource.makeReadSource(fileDescriptor: pipeEnds[0], queue: .global())
        source.setEventHandler { [source] in
            source.cancel()
            stop()
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Self.graceMS)) {
                exit(EXIT_SUCCESS)
            }
        }
        source.resume()
        for number in [SIGTERM, SIGINT] {
            signal(number) { _ in
                var byte: UInt8 = 0
                _ = write(pipeEnds[1], &byte, 1)
            }
        }
    }

    func finish() {
        source.cancel()
    }
}
