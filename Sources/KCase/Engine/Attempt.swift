/// One HTTP request that an operation began, for the record.
struct Attempt {
    let request: StaticString
    /// Milliseconds since 1970.
    let at: Milliseconds
    /// By the monotonic clock.
    let began: Milliseconds
    var ended: Milliseconds

    /// Whether any byte of it can have left this machine.
    var sent = false
    var status: Int32 = 0
    var error: String?
    var requestIDs: [(name: StaticString, value: String)] = []

    init(request: StaticString, at: Milliseconds, began: Milliseconds) {
        self.request = request
        self.at = at
        self.began = began
        ended = began
    }

    var duration: Milliseconds { ended - began }
}
