import CJansson

package enum JSONInfo {
    /// The version of the jansson that is loaded.
    package static var version: String? { jansson_version_str().map { String(cString: $0) } }
}
