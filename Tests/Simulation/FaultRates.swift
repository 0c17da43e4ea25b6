/// What may go wrong in a history, and how often. Drawn once for each, so that some histories are calm, some
/// have one kind of trouble, and some have all.
struct FaultRates {
    // On the way
    var noConnection = 0.0
    var connectionHangs = 0.0
    var requestLost = 0.0
    var answerLost = 0.0
    var silence = 0.5  // a loss is noticed by nobody, rather than by a reset
    var slow = 0.0  // a request takes up to half a minute
    // At the server
    var errorBefore = 0.0  // 5xx, and nothing was done
    var errorAfter = 0.0  // 5xx, and it was done
    var gatewayTimeout = 0.0  // 504, and it will be done, or not
    var busy = 0.0  // 429, or 503 with Retry-After
    var strange = 0.0  // 3xx, 4xx: not carried out
    var conflict = 0.0  // refused, since an earlier request of the same kind is still at work
    var twice = 0.0  // carried out twice
    var staleRead = 0.0  // a replica lags
    var blemish = 0.0  // a reading in an odd spelling
    // Between
    var foreign = 0.0  // somebody else answers
    /// How, if always in the same way.
    var foreignStatus: Int32?
    var echo = 0.0  // the server repeats the token in its message
    var oddBody = 0.0  // an error's body is not the documented one
    /// How far behind the truth a reading may be.
    var staleness: Int64 = 0
    /// What a canceled case answers to a cancel.
    var secondCancel: Int32 = 422
    /// What a token that is not valid is answered.
    var rejection: Int32 = 401

    init() {}

    init(_ random: inout SeededRandom) {
        let severity = random.pick([0.0, 0.2, 0.6, 1.0])
        func draw(_ most: Double) -> Double {
            random.happens(0.35 * severity + 0.05) ? Double.random(in: 0...most, using: &random) : 0
        }
        noConnection = draw(0.7)
        connectionHangs = draw(0.2)
        requestLost = draw(0.6)
        answerLost = draw(0.7)
        silence = Double.random(in: 0...1, using: &random)
        slow = draw(0.5)
        errorBefore = draw(0.6)
        errorAfter = draw(0.6)
        gatewayTimeout = draw(0.5)
        busy = draw(0.6)
        strange = draw(0.2)
        conflict = draw(1)
        twice = draw(0.5)
        staleRead = draw(1)
        staleness = staleRead > 0 ? Int64.random(in: 0...990, using: &random) : 0
        blemish = draw(1)
        foreign = draw(0.7)
        rejection = random.pick([401, 403])
        echo = draw(0.5)
        oddBody = draw(1)
        secondCancel = random.pick([422, 422, 409, 404, 200])
    }
}
