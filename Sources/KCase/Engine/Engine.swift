/// Drives one operation over a wire of its own, on the calling thread, to its end.
struct Engine<Operating: Machine, Link: Wire>: ~Copyable {
    private let process: ProcessState
    private let wire: Link
    private let interruptCount: UInt
    private var run: Run<Operating, Link>

    init(
        _ machine: Operating, _ operation: Operation, _ process: ProcessState, _ wire: Link, _ moment: Moment,
        interruptCount: UInt
    ) {
        self.process = process
        self.wire = wire
        self.interruptCount = interruptCount
        run = Run(machine, operation, process, wire, moment)
    }

    consuming func conclude() -> Conclusion {
        run.begin()
        while true {
            if let conclusion = run.conclusion { return conclusion }
            step()
        }
    }

    /// Lets one thing happen, or sleeps until one may.
    private mutating func step() {
        if process.interruptCount != interruptCount { return run.stop(.interrupt, wire.moment()) }
        if let finished = wire.advance() { return run.end(finished, wire.moment()) }
        let moment = wire.moment()
        if moment.now >= run.nextLook || run.awaitsToken { run.look(moment) }
        if !run.isOver, moment.now < run.nextLook { wire.sleep(for: run.nextLook - moment.now) }
    }
}
