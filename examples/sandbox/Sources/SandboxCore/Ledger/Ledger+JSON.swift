extension Ledger.Row {
    func json(id: String, canceled: Bool, known: Bool, atWork: Int) -> JSON {
        [
            "id": .string(id),
            "known": .bool(known),
            "canceled": .bool(canceled),
            "cancel_requests": .integer(cancelRequests),
            "cancels_applied": .integer(cancelsApplied),
            "cancels_applied_later": .integer(cancelsAppliedLater),
            "cancels_at_work": .integer(atWork),
            "reads": .integer(reads),
        ]
    }
}

extension Ledger.Totals {
    var json: JSON {
        [
            "requests": .integer(requests),
            "auth_requests": .integer(authRequests),
            "cancel_requests": .integer(cancelRequests),
            "cancels_applied": .integer(cancelsApplied),
            "cancels_applied_later": .integer(cancelsAppliedLater),
            "reads": .integer(reads),
            "lists": .integer(lists),
            "checks": .integer(checks),
            "faults_fired": .integer(faultsFired),
        ]
    }
}
