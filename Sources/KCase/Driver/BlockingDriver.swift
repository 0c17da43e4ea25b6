import KCaseFurtherMachines
import KCaseHTTP
import KCaseProtocol
import KCaseShared
import KCaseSystem

/// Drives one operation over a transport of its own, on the calling thread.
package struct BlockingDriver<Operating: Machine, Link: Transport>: ~Copyable {
    private let process: ProcessState
    private let transport: Link
    private let interruptCount: UInt
    private var driver: OperationDriver<Operating, Link>

    /// Begins the operation. An interrupt after `interruptCount` ends it early.
    @inline(never)
    package init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ transport: Link,
        _ clock: ClockReading, interruptCount: UInt
    ) {
        self.process = process
        self.transport = transport
        self.interruptCount = interruptCount
        driver = OperationDriver(machine, operation, process, transport, clock)
        driver.begin()
    }

    /// The outermost layer compiles it, too, and is built to be small: it would copy all this byte by byte.
    @_optimize(speed)
    package consuming func conclude() -> Conclusion {
        defer { transport.release() }
        while true {
            if let conclusion = work(until: .distantFuture) { return conclusion }
        }
    }

    /// Works until the operation is over, or until that moment; nil: it is not over.
    @inline(never)
    private mutating func work(until end: Instant) -> Conclusion? {
        while true {
            if let conclusion = driver.takeConclusion() { return conclusion }
            if !step(until: end) { return nil }
        }
    }

    /// Lets one thing happen, or sleeps until one may; false if that moment has come.
    private mutating func step(until end: Instant) -> Bool {
        transport.listen()
        if process.interruptCount != interruptCount {
            driver.stop(.interrupt, transport.readClock())
            return true
        }
        if let completed = transport.advance() {
            driver.end(completed, transport.readClock())
            return true
        }
        let clock = transport.readClock()
        if clock.now >= driver.nextDeadline || driver.awaitsOther { driver.poll(clock) }
        if driver.isOver { return true }
        if clock.now >= end { return false }
        let until = min(driver.nextDeadline, end)
        if clock.now < until {
            if !driver.hasExchange { transport.release() }
            transport.sleep(atMost: until - clock.now)
        }
        return true
    }
}

/// Over one of the client's sessions.
extension BlockingDriver where Operating == AnyMachine, Link == HeldSession {
    @inline(never)
    package static func conclude(
        _ machine: AnyMachine, _ operation: Operation, _ process: ProcessState, _ clock: ClockReading,
        interruptCount: UInt
    ) -> Conclusion {
        BlockingDriver(
            machine, operation, process, HeldSession(borrowingFrom: process.sessions), clock,
            interruptCount: interruptCount
        ).conclude()
    }

    /// The same, until that moment at the latest; nil: it is not over, and `rest` is what goes on in a batch.
    @inline(never)
    package static func work(
        _ machine: AnyMachine, _ operation: Operation, _ process: ProcessState, _ transport: HeldSession,
        _ clock: ClockReading, interruptCount: UInt, until end: Instant, rest: inout OperationUnderWay?
    ) -> Conclusion? {
        var alone = BlockingDriver(
            machine, operation, process, transport, clock, interruptCount: interruptCount)
        if let conclusion = alone.work(until: end) {
            transport.release()
            return conclusion
        }
        rest = alone.handOver()
        return nil
    }

    private consuming func handOver() -> OperationUnderWay { OperationUnderWay(driver, transport) }
}

/// An operation that was begun alone, and is not over.
package final class OperationUnderWay {
    package let transport: HeldSession
    /// Until it is handed over.
    var driver: OperationDriver<AnyMachine, HeldSession>?

    init(_ driver: consuming OperationDriver<AnyMachine, HeldSession>, _ transport: HeldSession) {
        self.transport = transport
        self.driver = consume driver
    }
}
