/// Work that goes on after its request was answered.
extension World {
    /// Lets take effect what is due by now.
    mutating func finishWork(at now: Stamp) {
        for item in work.takeDue(at: now) { finish(item) }
    }

    /// Begins the work of a cancel. Where the cancel would be refused, there is none.
    mutating func beginWork(
        _ operation: Operation, _ call: Call, afterMS: Int, meanwhile: FaultEffect.Meanwhile?, at now: Stamp
    ) {
        if case .cancelServices(let id) = operation {
            guard tokens.accepts(call.authorization), let key = cases.key(of: id) else { return }
            let due = now.adding(milliseconds: Int64(afterMS))
            let item = WorkBook.Item(
                key: key, caseID: id, due: due, meanwhile: nil, services: call.body)
            if !work.add(item) { finish(item) }
            return
        }
        guard case .cancel(let id) = operation, tokens.accepts(call.authorization),
            let key = cases.key(of: id), cases.record(key).group == .home,
            CancelVerdict(for: cases.record(key)) == .allowed
        else { return }
        let due = now.adding(milliseconds: Int64(afterMS))
        let item = WorkBook.Item(key: key, caseID: id, due: due, meanwhile: meanwhile)
        if !work.add(item) { finish(item) }
    }

    private mutating func finish(_ item: WorkBook.Item) {
        if let body = item.services {
            _ = cancelServices(item.caseID, body, at: item.due)
            return
        }
        guard !cases.record(item.key).isCanceled else { return }
        cases.cancel(item.key, at: item.due)
        ledger.noteApplied(item.caseID, later: true)
    }
}
