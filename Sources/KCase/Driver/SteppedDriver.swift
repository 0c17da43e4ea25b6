import KCaseHTTP
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Drives one operation over a session of its own, for as long at a time as its caller likes.
package final class SteppedDriver<Operating: Machine> {
    private let process: ProcessState
    private let transport: HeldSession
    private let interruptCount: UInt
    private var driver: OperationDriver<Operating, HeldSession>
    private var hasBegun = false

    /// Ends early when the process is interrupted after this.
    package init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ transport: HeldSession,
        _ clock: ClockReading
    ) {
        self.process = process
        self.transport = transport
        interruptCount = process.interruptCount
        driver = OperationDriver(machine, operation, process, transport, clock)
    }

    /// Works until the operation is over, until there is something for the caller, or until that moment; nil:
    /// the operation is not over.
    package func work(until end: Instant, hasNews: () -> Bool) -> Conclusion? {
        if !hasBegun { driver.begin() }
        hasBegun = true
        while true {
            if let conclusion = driver.takeConclusion() { return conclusion }
            if hasNews() { return nil }
            transport.listen()
            let clock = transport.readClock()
            if process.interruptCount != interruptCount {
                driver.stop(.interrupt, clock)
            } else if let completed = transport.advance() {
                driver.end(completed, transport.readClock())
            } else if clock.now >= driver.nextDeadline || driver.awaitsOther {
                driver.poll(clock)
            }
            if driver.isOver || hasNews() { continue }
            let now = transport.readClock().now
            transport.sleep(atMost: max(min(driver.nextDeadline, end) - now, 0))
            if now >= end, !transport.hasEvents(after: now - end) { return nil }
        }
    }

    /// Drops what is in flight.
    package func abort() {
        if hasBegun { driver.stop(.interrupt, transport.readClock()) }
    }
}
