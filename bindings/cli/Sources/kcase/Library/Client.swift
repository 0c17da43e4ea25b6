import CKCase

/// A client of the library. Sends nothing until it is asked to.
final class Client {
    let handle: OpaquePointer

    /// - Parameter configuration: JSON, as kcase_client_new() takes it. It holds secrets: do not keep it.
    init(configuration: String) throws(Failure) {
        var error: OpaquePointer?
        guard let handle = kcase_client_new(configuration, &error) else {
            let failure = Failure(error)
            // The library names the key first.
            throw failure.message.hasPrefix("journal") ? Failure(failure.message, status: .journal) : failure
        }
        self.handle = handle
    }

    deinit {
        kcase_client_free(handle)
    }

    /// Whether the service can be reached and accepts the credentials.
    func check() -> CaseResult? {
        kcase_check(handle).map(CaseResult.init)
    }

    /// Cancels the one case that is found. - Parameter filter: JSON, as kcase_cancel_found() takes it.
    func cancelFound(_ filter: String, options: String) -> CaseResult? {
        kcase_cancel_found(handle, filter, options).map(CaseResult.init)
    }

    /// Ends what is in progress, with what is known.
    func interrupt() {
        kcase_client_interrupt(handle)
    }
}

/// The loaded library.
enum Library {
    static var version: String { String(cString: kcase_version()) }

    /// What it is made of: versions, authorities.
    static var parts: JSON {
        (try? JSON(parsing: Array(String(cString: kcase_build_info()).utf8))) ?? .object([])
    }
}
