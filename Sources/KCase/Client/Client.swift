import CSystem
import KCaseHTTP
import KCaseJSON
import KCaseJournal
import KCaseKarmaCheck
import KCaseShared
import KCaseSystem
import Synchronization

/// A client: its configuration, and what it shares between calls in this process. May be used from any number
/// of threads: the configuration never changes, and ProcessState locks what does.
package final class Client: @unchecked Sendable {
    package let configuration: Configuration
    /// The ProcessState of the process that used the client last, as a retained pointer.
    private let current: Atomic<UInt>

    package static func make(configuredBy json: UnsafePointer<CChar>?) throws(InvalidInput) -> Client {
        try make { () throws(InvalidInput) in try Configuration.read(GivenText(json)) }
    }

    package static func make(configuredByFile path: UnsafePointer<CChar>?) throws(InvalidInput) -> Client {
        try make { () throws(InvalidInput) in try Configuration.read(file: path) }
    }

    private static func make(_ read: () throws(InvalidInput) -> Configuration) throws(InvalidInput) -> Client
    {
        // Where the system lacks one, what is called in its place does nothing, which looks like bad input.
        guard JSONInfo.version != nil else {
            throw InvalidInput("libjansson.so.4 could not be loaded on this machine")
        }
        guard TransportInfo.isLoaded else {
            throw InvalidInput("libcurl.so.4 could not be loaded on this machine")
        }
        guard TransportInfo.prepare() else { throw InvalidInput(.memory) }
        let configuration = try read()
        if !configuration.account.service.isPlain { try TransportInfo.prepareTLS() }
        try TLSFiles.check(configuration.transport)
        let client = Client(configuration)
        do throws(JournalError) {
            try client.processState().ledger?.check()
        } catch {
            throw InvalidInput(error)
        }
        return client
    }

    private init(_ configuration: Configuration) {
        self.configuration = configuration
        current = Atomic(Client.retained(configuration.makeProcessState()))
    }

    deinit {
        let state = Client.unmanaged(current.load(ordering: .acquiring))
        // A child that never used the client leaves its parent's connections alone here, too.
        guard state._withUnsafeGuaranteedRef({ $0.isOurs }) else { return }
        SIGPIPE.held(if: configuration.mayRaiseSIGPIPE) { state.release() }
    }

    /// What this process shares. After a fork the child finds its parent's: the locks may be held by threads
    /// that are not here, and the connections are the parent's. It is left as it is, never used, closed or
    /// freed, and new state takes its place.
    func processState() -> ProcessState {
        let found = current.load(ordering: .acquiring)
        let state = Client.unmanaged(found).takeUnretainedValue()
        if state.isOurs { return state }
        let new = Client.retained(configuration.makeProcessState())
        let (isExchanged, winner) = current.compareExchange(
            expected: found, desired: new, ordering: .acquiringAndReleasing)
        if isExchanged { return Client.unmanaged(new).takeUnretainedValue() }
        Client.unmanaged(new).release()
        return Client.unmanaged(winner).takeUnretainedValue()
    }

    /// Ends what is under way. Takes no lock and allocates nothing: a signal handler may call it.
    package func interrupt() {
        let error = kc_errno()
        Client.unmanaged(current.load(ordering: .acquiring))._withUnsafeGuaranteedRef { state in
            if state.isOurs { state.interrupt() }
        }
        kc_set_errno(error)
    }

    private static func retained(_ state: ProcessState) -> UInt {
        UInt(bitPattern: Unmanaged.passRetained(state).toOpaque())
    }

    /// The word always holds an object; were it not so, there is nothing sensible to go on with.
    private static func unmanaged(_ word: UInt) -> Unmanaged<ProcessState> {
        Unmanaged.fromOpaque(UnsafeRawPointer(bitPattern: word).unsafelyUnwrapped)
    }
}
