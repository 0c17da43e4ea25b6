import CKCase
import Glibc

/// SIGINT, SIGTERM and SIGHUP, as bytes in a pipe that the program waits on beside the network. SIGPIPE is
/// ignored: a reader that has gone is an error of write().
enum Signals {
    /// Readable when a signal has come. -1 before catching.
    private(set) nonisolated(unsafe) static var descriptor = -1 as Int32
    /// The first signal that came.
    private(set) nonisolated(unsafe) static var received: Int32?
    /// How many came.
    private(set) nonisolated(unsafe) static var count = 0

    private nonisolated(unsafe) static var writing = -1 as Int32
    /// What a signal interrupts: the call of a client that is waited for. How many have come, which of them
    /// does it, and what is said of the one before.
    private nonisolated(unsafe) static var interrupted: OpaquePointer?
    private nonisolated(unsafe) static var countForInterrupt = 0
    private nonisolated(unsafe) static var interrupting = 1
    private nonisolated(unsafe) static var words = "" as StaticString

    /// From now on the signals are caught. Those that the parent had ignored (nohup) stay ignored.
    static func catchThem() {
        signal(SIGPIPE, SIG_IGN)
        var ends = [-1, -1] as [Int32]
        guard descriptor < 0, pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (descriptor, writing) = (ends[0], ends[1])
        for number in [SIGINT, SIGTERM, SIGHUP] {
            var action = sigaction()
            sigaction(number, nil, &action)
            if number == SIGHUP, isIgnored(action) { continue }
            action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(Signals.writing, &byte, 1)
                Signals.countForInterrupt += 1
                if let client = Signals.interrupted {
                    let words = Signals.words
                    if Signals.countForInterrupt >= Signals.interrupting {
                        kcase_client_interrupt(client)
                    } else {
                        _ = write(Descriptor.standardError, words.utf8Start, words.utf8CodeUnitCount)
                    }
                }
                errno = before
            }
            sigaction(number, &action, nil)
        }
    }

    /// Reads what has come. Returns how many there are now.
    static func collect() -> Int {
        var byte = 0 as UInt8
        while descriptor >= 0, read(descriptor, &byte, 1) == 1 {
            received = received ?? Int32(byte)
            count += 1
        }
        return count
    }

    /// While a call of the library is waited for, which only a handler can end. The client stays alive.
    /// - Parameter words: what the first signal is answered with, if the second is the one that interrupts.
    static func interrupt(_ client: Client, onSecondAfter words: StaticString? = nil) {
        interrupting = words == nil ? 1 : 2
        self.words = words ?? ""
        interrupted = client.handle
    }

    /// The next signal ends the program, as it does by default.
    static func release() {
        for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
    }

    /// How a program ends that was stopped by the first signal.
    static var status: ExitStatus {
        received == SIGINT ? .interrupted : .terminated
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
