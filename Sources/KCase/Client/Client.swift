import CSystem
import Synchronization

/// A client: its configuration, and what it shares between calls in this process. May be used from any number of
/// threads: the configuration never changes, and ProcessState locks what does.
final class Client: @unchecked Sendable {
    let configuration: Configuration
    /// The ProcessState of the process that used the client last, as a retained pointer.
    private let process: Atomic<UInt>

    static func make(configuredBy json: UnsafePointer<CChar>?) throws(InvalidInput) -> Client {
        let configuration = try Configuration.read(json)
        guard TransportInfo.prepare() else {
            throw InvalidInput("config: libcurl could not be made ready on this machine")
        }
        return Client(configuration)
    }

    private init(_ configuration: Configuration) {
        self.configuration = configuration
        process = Atomic(Client.retained(ProcessState(configuration)))
    }

    deinit {
        let place = Client.unmanaged(process.load(ordering: .acquiring))
        // A child that never used the client leaves its parent's connections alone here, too.
        if place._withUnsafeGuaranteedRef({ $0.isOurs }) { place.release() }
    }

    /// This process's process. After a fork the child finds its parent's: its locks may be held by threads
    /// that are not here, and its connections are the parent's. It is left as it is, never used, closed or
    /// freed, and a new one takes its place.
    func currentProcess() -> ProcessState {
        let found = process.load(ordering: .acquiring)
        let place = Client.unmanaged(found).takeUnretainedValue()
        if place.isOurs { return place }
        let new = Client.retained(ProcessState(configuration))
        let (isExchanged, winner) = process.compareExchange(
            expected: found, desired: new, ordering: .acquiringAndReleasing)
        if isExchanged { return Client.unmanaged(new).takeUnretainedValue() }
        Client.unmanaged(new).release()
        return Client.unmanaged(winner).takeUnretainedValue()
    }

    /// Ends what is under way. Takes no lock and allocates nothing: a signal handler may call it.
    func interrupt() {
        let error = kc_errno()
        Client.unmanaged(process.load(ordering: .acquiring))._withUnsafeGuaranteedRef { place in
            if place.isOurs { place.interrupt() }
        }
        kc_set_errno(error)
    }

    private static func retained(_ place: ProcessState) -> UInt {
        UInt(bitPattern: Unmanaged.passRetained(place).toOpaque())
    }

    /// The word always holds an object; were it not so, there is nothing sensible to go on with.
    private static func unmanaged(_ word: UInt) -> Unmanaged<ProcessState> {
        Unmanaged.fromOpaque(UnsafeRawPointer(bitPattern: word).unsafelyUnwrapped)
    }
}

/// What the operations of one client share within one process.
final class ProcessState {
    let sessions: SessionPool
    let tokens: TokenStore
    private let processID = kc_process_id()
    private let interrupts = Atomic<UInt>(0)

    init(_ configuration: Configuration) {
        let sessions = SessionPool(configuration.transport)
        self.sessions = sessions
        tokens = TokenStore(configuration.credentials) { sessions.wakeAll() }
    }

    var isOurs: Bool { processID == kc_process_id() }

    /// How often the host has interrupted: an operation ends when this is no longer what it began with.
    var interruptCount: UInt { interrupts.load(ordering: .acquiring) }

    func interrupt() {
        _ = interrupts.wrappingAdd(1, ordering: .acquiringAndReleasing)
        sessions.wakeAll()
    }
}
