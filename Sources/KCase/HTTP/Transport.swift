import KCaseSystem

/// What requests travel over, and the clock that it keeps: a session of libcurl's, or, in a simulation,
/// neither.
package protocol Transport {
    associatedtype Exchange: TransportExchange

    func readClock() -> ClockReading

    func wallTime() -> WallTime

    /// Whether one more exchange can begin at once, beside so many that are in flight.
    func hasRoom(beside count: Int) -> Bool

    /// Whatever happens from now on ends the next sleep.
    func listen()

    /// Has what it takes to begin an exchange; false while others have it. Whoever gives it back wakes the
    /// transport.
    func prepare() -> Bool

    /// Others may have it: nothing is under way.
    func release()

    /// Begins a request; nil where memory is lacking.
    func begin(_ request: HTTPRequest, limit: Milliseconds) -> Exchange?

    /// Moves data for as long as that goes without waiting, and hands out an exchange that is over. It must
    /// be called until there is none.
    func advance() -> CompletedExchange<Exchange>?

    /// Sleeps until there may be data to move, somebody wakes the transport, or the time is over.
    func sleep(atMost time: Milliseconds)

    /// Whether somebody woke the transport since this was asked last.
    func takeWakeUp() -> Bool

    /// Takes an exchange out, finished or not. What is still in flight of it is dropped, and its answer,
    /// which may hold a secret, is wiped.
    func end(_ exchange: Exchange)
}

/// Most transports have always what they need, and remember what happens.
extension Transport {
    package func listen() {}
    package func prepare() -> Bool { true }
    package func release() {}
}

/// A request on its way, and its answer.
package protocol TransportExchange: AnyObject {
    /// Which operation it belongs to, where a transport serves several.
    var owner: Int { get set }

    /// Whether any byte of the request can have left this machine.
    var wasSent: Bool { get }

    /// What intermediaries call the request.
    var requestIDs: [(name: StaticString, value: String)] { get }

    /// The whole answer, for the length of the call.
    func withReply<Output>(_ read: (Reply) -> Output) -> Output
}

/// An exchange that is over: with a whole answer, or with an error.
package struct CompletedExchange<Exchange: TransportExchange> {
    package let exchange: Exchange
    package let error: TransportError?

    package init(_ exchange: Exchange, error: TransportError?) {
        self.exchange = exchange
        self.error = error
    }
}
