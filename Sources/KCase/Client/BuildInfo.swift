import CSystem
import KCaseHTTP
import KCaseJSON
import KCaseSystem

/// What the library is made of.
package enum BuildInfo {
    private static let writtenVersion = LazyCText()
    private static let written = LazyCText()

    /// Kept for the life of the process.
    package static var version: UnsafePointer<CChar> {
        writtenVersion.text { Version.text.withCString(strdup) }
    }

    /// Kept for the life of the process.
    package static var json: UnsafePointer<CChar> { written.text(write) }

    private static func write() -> UnsafeMutablePointer<CChar>? {
        var object = JSONObject()
        let transport = TransportInfo()
        object.set("kcase", Version.text)
        object.set("curl", transport.curl)
        object.set("tls", transport.tls)
        object.set("jansson", JSONInfo.version)
        let file = AuthoritiesFile.system
        let path = transport.authoritiesPath
        object.set("ca_file", file)
        object.set("ca_path", path)
        if file == nil, path == nil { object.set("ca_advice", AuthoritiesFile.advice) }
        object.set("runtime", runtime)
        return object.write()
    }

    private static var runtime: String {
        #if hasFeature(Embedded)
            "embedded"
        #else
            "full"
        #endif
    }
}
