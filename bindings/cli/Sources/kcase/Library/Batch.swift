import CKCase

/// Cases that are worked on side by side.
final class Batch {
    /// What is done with each case.
    enum Work {
        case cancel, read, await
    }

    private let handle: OpaquePointer
    private let work: Work

    /// - Parameter concurrency: how many cases are in progress at a time. None waits behind them, so that a
    ///   run that is stopped has nothing left to begin.
    init(_ client: Client, _ work: Work, concurrency: Int) throws(Failure) {
        var error: OpaquePointer?
        let options = "{\"max_in_flight\": \(concurrency), \"max_pending\": \(concurrency)}"
        guard let handle = kcase_batch_new(client.handle, options, &error) else { throw Failure(error) }
        self.handle = handle
        self.work = work
    }

    /// What the client's journal has that is unfinished, and whose process has ended.
    /// - Parameter sends: false: cases are read, and none is canceled.
    init(resuming client: Client, sends: Bool, concurrency: Int) throws(Failure) {
        var error: OpaquePointer?
        let options = "{\"mode\": \"\(sends ? "finish" : "verify")\", \"max_in_flight\": \(concurrency)}"
        guard let handle = kcase_resume(client.handle, options, &error) else {
            throw Failure(error, status: .journal)
        }
        self.handle = handle
        work = .cancel
    }

    deinit {
        kcase_batch_free(handle)
    }

    /// False if the batch is full.
    func add(_ caseID: String, options: String) -> Bool {
        switch work {
        case .cancel: kcase_batch_add(handle, caseID, options) == KCASE_BATCH_ADDED
        case .read: kcase_batch_add_status(handle, caseID, options) == KCASE_BATCH_ADDED
        case .await: kcase_batch_add_await(handle, caseID, options) == KCASE_BATCH_ADDED
        }
    }

    /// A result; nil if there is none within that time. By default only one that needs no waiting.
    func next(milliseconds: Int32 = 0) -> CaseResult? {
        kcase_batch_next(handle, milliseconds).map(CaseResult.init)
    }

    var pending: Int { Int(kcase_batch_pending(handle)) }

    /// Readable when next() has something to do.
    var descriptor: Int32 { kcase_batch_fd(handle) }

    /// Ends everything at once, with what is known.
    func interrupt() {
        kcase_batch_interrupt(handle)
    }
}
