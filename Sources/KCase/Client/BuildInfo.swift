/// What the library is made of.
enum BuildInfo {
    private static let written = WrittenOnce()

    static var version: UnsafePointer<CChar> { cText("1.1.0") }

    /// Kept for the life of the process.
    static var json: UnsafePointer<CChar> { written.text(write) }

    private static func write() -> UnsafeMutablePointer<CChar>? {
        let object = JSONObject()
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
