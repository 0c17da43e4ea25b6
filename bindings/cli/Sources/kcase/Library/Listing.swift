import CKCase

/// The cases of a list of the service, one after another.
final class Listing {
    private let handle: OpaquePointer

    enum Step {
        /// A case.
        case found(CaseResult)
        /// None was found within the time.
        case none
        /// The list is over; the result says whether it was read to its end.
        case over(CaseResult?)
    }

    /// - Parameter filter: JSON, as kcase_list() takes it.
    init(_ client: Client, filter: String) throws(Failure) {
        var error: OpaquePointer?
        guard let handle = kcase_listing_new(client.handle, filter, &error) else { throw Failure(error) }
        self.handle = handle
    }

    deinit {
        kcase_listing_free(handle)
    }

    func next(milliseconds: Int32) -> Step {
        var result: OpaquePointer?
        switch kcase_listing_next(handle, milliseconds, &result) {
        case KCASE_LISTING_CASE: return result.map { .found(CaseResult($0)) } ?? .none
        case KCASE_LISTING_NONE: return .none
        default: return .over(result.map(CaseResult.init))
        }
    }
}
