import Dispatch
import Foundation

/// Turns SIGTERM and SIGINT into a clean stop.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]

    /// How long open connections get to end before the process does.
    private static let graceMS = 500

    init(_ stop: @escaping @Sendable () -> Void) {
        sources = [SIGTERM, SIGINT].map { number in
            // The default action would end the process before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                stop()
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Self.graceMS)) {
                    exit(EXIT_SUCCESS)
                }
            }
            source.resume()
            return source
        }
    }

    func finish() {
        for source in sources { source.cancel() }
    }
}
