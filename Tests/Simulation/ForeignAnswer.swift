/// Answers that the service did not write: of gateways, firewalls, login pages, caches and wrong addresses.
struct ForeignAnswer {
    enum Effect {
        /// The service never saw the request.
        case none
        /// The service carried it out, and somebody replaced its answer.
        case before
        /// The service goes on working, though somebody has answered already.
        case later
    }

    let answer: SimulatedService.Answer
    let effect: Effect

    private static let statuses: [Int32] = [
        200, 201, 202, 203, 206, 301, 302, 307, 400, 401, 403, 404, 405, 407, 408, 409, 410, 411, 413, 418,
        421, 422, 423, 425, 426, 429, 431, 451, 460, 463, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520,
        521, 522, 523, 524, 525, 526, 527, 530, 561, 598, 599, 600, 999, 0,
    ]

    /// After these, the service may be at work still.
    private static let mayGoOn: Set<Int32> = [408, 460, 499, 0, 600, 999]

    /// What no client can tell from the service's own answer is left out: a clean success, the service's own
    /// form, an empty 401 or 403, and an empty 404 to a reading.
    static func draw(
        _ exchange: SimulatedExchange, status fixed: Int32?, _ random: inout SeededRandom
    ) -> ForeignAnswer {
        let status = fixed ?? random.pick(statuses)
        var answer = SimulatedService.Answer(status: status)
        answer.body = body(status, mayBeEmpty: mayBeEmpty(status, exchange), &random)
        if random.happens(0.2) { answer.retryAfter = random.pick([0, 500, 3000, 120_000]) }
        return ForeignAnswer(answer: answer, effect: effect(status, exchange, &random))
    }

    private static func mayBeEmpty(_ status: Int32, _ exchange: SimulatedExchange) -> Bool {
        switch status {
        case 200...299, 401, 403: false
        case 404: exchange.isCancel
        default: true
        }
    }

    private static func effect(
        _ status: Int32, _ exchange: SimulatedExchange, _ random: inout SeededRandom
    ) -> Effect {
        // Who turns a request away did not let it through.
        guard exchange.isCancel, ![401, 403, 404, 429].contains(status), random.happens(0.5) else {
            return .none
        }
        let canGoOn = (500...599).contains(status) || mayGoOn.contains(status)
        return canGoOn && random.happens(0.6) ? .later : .before
    }

    private static func body(
        _ status: Int32, mayBeEmpty: Bool, _ random: inout SeededRandom
    ) -> String {
        let forms = [
            "<html><title>\(status) Blocked</title></html>", "  \n<!DOCTYPE html><p>Log in</p>",
            "\u{FEFF}<?xml version=\"1.0\"?><Fault><faultstring>no</faultstring></Fault>",
            #"{"errorMessage":"Task timed out","errorType":"Timeout"}"#, #"{"success":false}"#,
            #"{"ok":false}"#,
            #"{"statusCode":500,"message":"wrapped","headers":{}}"#, #"{"error":{"code":"denied"}}"#,
            #"{"errors":[{"message":"x"}]}"#, "false", #"{"httpStatus":"CONFLICT"}"#, #"{"status":"error"}"#,
            #"{"data":{"error":"no"}}"#, "\u{1}\u{2}\u{3}", "Service temporarily unavailable",
        ]
        let errorForms = [
            #"{"message":"Missing Authentication Token"}"#, #"{"message":"Forbidden"}"#, "{}",
            "Cannot POST /x",
            "default backend - 404", #"{"message":"Cannot POST /x","error":"Not Found","statusCode":404}"#,
            #"{"timestamp":"2026-01-01","status":\#(status),"error":"E","path":"/x"}"#,
        ]
        if mayBeEmpty, random.happens(0.2) { return "" }
        return random.pick((200...299).contains(status) ? forms : forms + errorForms)
    }
}
