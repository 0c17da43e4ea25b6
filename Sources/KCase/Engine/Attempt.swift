/// One HTTP request that an operation began, for the record.
struct Attempt {
    let request: StaticString
    /// Milliseconds since 1970.
    let at: Milliseconds
    var duration: Milliseconds = 0
    /// Whether any byte of it can have left this machine.
    var sent = false
    var status: Int32 = 0
    var error: String?
    var requestIDs: [(name: StaticString, value: String)] = []
}
