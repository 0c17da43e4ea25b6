import CCurl
import KCaseSystem

/// Sets the options of a libcurl easy handle and reads what it found. Whoever makes one cleans it up.
struct EasyHandle {
    let raw: UnsafeMutableRawPointer

    /// nil where memory is lacking.
    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
    }

    func cleanUp() { curl_easy_cleanup(raw) }

    // MARK: - Options; false where memory is lacking

    func set(_ option: CURLoption, _ value: Int) -> Bool {
        kc_easy_set_long(raw, option, value) == CURLE_OK
    }

    func set(_ option: CURLoption, text value: UnsafePointer<CChar>?) -> Bool {
        kc_easy_set_text(raw, option, value) == CURLE_OK
    }

    /// Leaves libcurl's default where there is none.
    func set(_ option: CURLoption, ifGiven value: String?) -> Bool {
        guard let value else { return true }
        return value.withCString { set(option, text: $0) }
    }

    func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) -> Bool {
        kc_easy_set_pointer(raw, option, value) == CURLE_OK
    }

    // MARK: - What came of it

    /// 0 if there was no answer.
    var status: Int32 {
        var code = 0
        return kc_easy_get_long(raw, CURLINFO_RESPONSE_CODE, &code) == CURLE_OK
            ? Int32(truncatingIfNeeded: code) : 0
    }

    /// A header of the final answer.
    func header(_ name: StaticString) -> UnsafePointer<CChar>? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(raw, cText(name), 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK
        else { return nil }
        return UnsafePointer(found?.pointee.value)
    }
}
