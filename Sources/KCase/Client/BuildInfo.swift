import CSystem
import Synchronization

/// What the library is made of.
enum BuildInfo {
    private static let written = Atomic<UInt>(0)

    static var version: UnsafePointer<CChar> { cText("1.0.0") }

    /// Written when it is first asked for, and kept for the life of the process.
    static var json: UnsafePointer<CChar> {
        if let text = UnsafeRawPointer(bitPattern: written.load(ordering: .acquiring)) {
            return text.assumingMemoryBound(to: CChar.self)
        }
        guard let text = write() else { return cText("{}") }
        let (isExchanged, winner) = written.compareExchange(
            expected: 0, desired: UInt(bitPattern: text), ordering: .acquiringAndReleasing)
        if isExchanged { return UnsafePointer(text) }
        free(text)
        return UnsafeRawPointer(bitPattern: winner)?.assumingMemoryBound(to: CChar.self) ?? cText("{}")
    }

    private static func write() -> UnsafeMutablePointer<CChar>? {
        let object = JSONObject()
        let transport = TransportInfo()
        object.set("kcase", Version.text)
        object.set("curl", transport.curl)
        object.set("tls", transport.tls)
        object.set("jansson", JSONInfo.version)
        object.set("ca_file", transport.authoritiesFile)
        object.set("ca_path", transport.authoritiesPath)
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
