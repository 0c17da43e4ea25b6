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
        var json = JSONWriter()
        json.beginObject()
        let transport = TransportInfo()
        json.set("kcase", Version.text)
        json.set("curl", transport.curl)
        json.set("tls", transport.tls)
        json.set("jansson", JSONInfo.version)
        let file = AuthoritiesFile.system
        let path = transport.authoritiesPath
        json.set("ca_file", file)
        json.set("ca_path", path)
        if file == nil, path == nil { json.set("ca_advice", AuthoritiesFile.advice) }
        json.set("runtime", word: runtime)
        json.endObject()
        return json.finish()
    }

    private static var runtime: StaticString {
        #if hasFeature(Embedded)
            "embedded"
        #else
            "full"
        #endif
    }
}
