import CKCase

/// A client of the library. Sends nothing until it is asked to.
final class Client {
    let handle: OpaquePointer

    /// - Parameter configuration: JSON, as kcase_client_new() takes it. It holds secrets: do not keep it.
    init(configuration: String) throws(Failure) {
        var error: OpaquePointer?
        guard let handle = kcase_client_new(configuration, &error) else { throw Failure(error) }
        self.handle = handle
    }

    deinit {
        kcase_client_free(handle)
    }

    /// Whether the service can be reached and accepts the credentials.
    func check() -> CaseResult? {
        kcase_check(handle).map(CaseResult.init)
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
