/// What to do with the connection: the usual answer, or one of the ways to spoil it.
public enum Reply: Sendable, Equatable {
    case answer(Answer)
    /// The call was carried out; its answer comes late.
    case answerLate(Answer, delayMS: Int)
    /// Nothing happened yet: wait, then carry the call out and answer.
    case handleLate(delayMS: Int)
    /// No byte of an answer.
    case end(Ending)
    /// The head and `sent` bytes of a body that promised `declared` bytes, then the end.
    case cut(Answer, sent: Int, declared: Int, Ending)
    /// Silence, until the client leaves or the time is up.
    case hang(delayMS: Int)
    /// Bytes that are not HTTP, then a clean end.
    case raw([UInt8])
    /// A body of this many filler bytes, made while it is sent.
    case stream(Answer, bytes: Int)

    public enum Ending: Sendable, Equatable {
        /// A clean end: FIN.
        case close
        /// A hard end: RST.
        case reset
    }
}
