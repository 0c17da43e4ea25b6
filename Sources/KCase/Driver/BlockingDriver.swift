import KCaseHTTP
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Drives one operation over a transport of its own, on the calling thread, to its end.
package struct BlockingDriver<Operating: Machine, Link: Transport>: ~Copyable {
    private let process: ProcessState
    private let transport: Link
    private let interruptCount: UInt
    private var driver: OperationDriver<Operating, Link>

    /// Ends early when the process is interrupted more often than `interruptCount` says.
    package init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ transport: Link,
        _ clock: ClockReading, interruptCount: UInt
    ) {
        self.process = process
        self.transport = transport
        self.interruptCount = interruptCount
        driver = OperationDriver(machine, operation, process, transport, clock)
    }

    package consuming func conclude() -> Conclusion {
        defer { transport.release() }
        driver.begin()
        while true {
            if let conclusion = driver.takeConclusion() { return conclusion }
            step()
        }
    }

    /// Lets one thing happen, or sleeps until one may.
    private mutating func step() {
        transport.listen()
        if process.interruptCount != interruptCount { return driver.stop(.interrupt, transport.readClock()) }
        if let completed = transport.advance() { return driver.end(completed, transport.readClock()) }
        let clock = transport.readClock()
        if clock.now >= driver.nextDeadline || driver.awaitsOther { driver.poll(clock) }
        if !driver.isOver, clock.now < driver.nextDeadline {
            if !driver.hasExchange { transport.release() }
            transport.sleep(atMost: driver.nextDeadline - clock.now)
        }
    }
}

extension BlockingDriver where Operating == CancelMachine, Link == Session {
    /// The same, of a single cancel. Specialized here, since this layer is built to be fast and those above
    /// are built to be small.
    @inline(never)
    package static func conclude(
        _ machine: CancelMachine, _ operation: Operation, _ process: ProcessState, _ session: Session,
        _ clock: ClockReading, interruptCount: UInt
    ) -> Conclusion {
        BlockingDriver(machine, operation, process, session, clock, interruptCount: interruptCount).conclude()
    }
}
