import CKCase

/// Cases that are worked on side by side.
final class Batch {
    private let handle: OpaquePointer
    private let client: Client
    private let reads: Bool
    private var toRead: [(id: String, options: String)] = []

    /// - Parameter concurrency: how many cases are in progress at a time. None waits behind them, so that a
    ///   run that is stopped has nothing left to begin.
    init(_ client: Client, concurrency: Int, reads: Bool = false) throws(Failure) {
        self.client = client
        self.reads = reads
        var error: OpaquePointer?
        let options = "{\"max_in_flight\": \(concurrency), \"max_pending\": \(concurrency)}"
        guard let handle = kcase_batch_new(client.handle, options, &error) else { throw Failure(error) }
        self.handle = handle
    }

    deinit {
        kcase_batch_free(handle)
    }

    /// False if the batch is full.
    func add(_ caseID: String, options: String) -> Bool {
        if reads {
            toRead.append((caseID, options))
            return true
        }
        return kcase_batch_add(handle, caseID, options) == KCASE_BATCH_ADDED
    }

    /// A result that needs no waiting; nil if there is none.
    func next() -> CaseResult? {
        if reads {
            guard !toRead.isEmpty else { return nil }
            let next = toRead.removeFirst()
            return client.status(of: next.id, options: next.options)
        }
        return kcase_batch_next(handle, 0).map(CaseResult.init)
    }

    var pending: Int { reads ? toRead.count : Int(kcase_batch_pending(handle)) }

    /// Readable when next() has something to do.
    var descriptor: Int32 { kcase_batch_fd(handle) }

    /// Ends everything at once, with what is known.
    func interrupt() {
        kcase_batch_interrupt(handle)
    }
}
