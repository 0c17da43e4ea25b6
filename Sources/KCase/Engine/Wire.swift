/// What the engine sends requests over, and the clock it keeps: a session of libcurl's, or, in a simulation, neither.
protocol Wire {
    associatedtype Exchange: WireExchange

    func moment() -> Moment

    /// Milliseconds since 1970.
    func wallTime() -> Milliseconds

    /// Whether one more exchange can begin at once, beside so many that are under way.
    func hasRoom(beside count: Int) -> Bool

    /// Begins a request; nil for want of memory.
    func begin(_ request: HTTPRequest, _ headers: HeaderList, limit: Milliseconds) -> Exchange?

    /// Moves data for as long as that goes without waiting, and hands out an exchange that is over. It must be called
    /// until there is none.
    func advance() -> Finished<Exchange>?

    /// Sleeps until there may be data to move, somebody wakes the wire, or the time is over.
    func sleep(for time: Milliseconds)

    /// Whether somebody woke the wire since this was asked last.
    func takeWakeUp() -> Bool

    /// Takes an exchange out, finished or not. What is still under way of it is dropped, and its answer, which may
    /// hold a secret, is wiped.
    func end(_ exchange: Exchange)
}

/// A request on its way, and its answer.
protocol WireExchange: AnyObject {
    /// Which operation it belongs to, where a wire serves several.
    var owner: Int { get set }

    /// Whether any byte of the request can have left this machine.
    var wasSent: Bool { get }

    /// What intermediaries call the request.
    var requestIDs: [(name: StaticString, value: String)] { get }

    /// The whole answer, for the length of the call.
    func withReply<Output>(_ read: (Reply) -> Output) -> Output
}

/// An exchange that is over: with a whole answer, or with a failure.
struct Finished<Exchange: WireExchange> {
    let exchange: Exchange
    let failure: Failure?
}
