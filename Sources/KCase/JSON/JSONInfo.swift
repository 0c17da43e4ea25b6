import CJansson

enum JSONInfo {
    /// The version of the jansson that is loaded.
    static var version: String? { jansson_version_str().map { String(cString: $0) } }
}
