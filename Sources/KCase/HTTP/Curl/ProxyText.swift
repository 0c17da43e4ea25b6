import CSystem
import KCaseSystem

/// Reads a proxy's address. Not by libcurl's parser, which gives back copies of the password unwiped, and
/// lets pass what libcurl then cannot decode: it would go without the proxy, and say nothing.
package struct ProxyText {
    private let text: UnsafeBufferPointer<UInt8>

    /// The address that a caller gave, or that a variable of the environment holds. The error's rule quotes
    /// nothing of it.
    package static func address(
        _ secret: Secret, exceptions: String
    ) throws(InvalidInput) -> ProxyAddress {
        // The reading throws nothing, since a closure's error has no type here.
        switch secret.withBytes({ ProxyText(text: $0).read() }) {
        case .address(let host, let userInfo):
            return ProxyAddress(
                url: secret.withBytes { Secret(terminating: $0) }, userInfo: userInfo, host: host,
                exceptions: exceptions)
        case .wrong(let rule):
            throw InvalidInput(rule.text)
        case .lacksMemory:
            throw InvalidInput(.memory)
        }
    }

    /// What the environment says for https, by the variables that libcurl reads, in its order; nil: nothing.
    package static func environment() throws(InvalidInput) -> ProxyAddress? {
        for name in ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] as [StaticString] {
            guard let value = getenv(cText(name)), value.pointee != 0 else { continue }
            let length = boundedLength(value, bytesMax: bytesMax)
            let bytes = UnsafeRawBufferPointer(start: value, count: min(length, bytesMax))
            do throws(InvalidInput) {
                guard length <= bytesMax else {
                    throw InvalidInput("is longer than " + decimal(bytesMax) + " bytes")
                }
                return try address(
                    Secret(copying: bytes.bindMemory(to: UInt8.self)), exceptions: exceptions())
            } catch {
                throw error.of("proxy") { name.text + " in the environment " + $0 }
            }
        }
        return nil
    }

    private static let bytesMax = 2048

    private static func exceptions() -> String {
        for name in ["no_proxy", "NO_PROXY"] as [StaticString] {
            if let value = getenv(cText(name)), value.pointee != 0 { return String(cString: value) }
        }
        return ""
    }

    // MARK: - The parts

    private enum Reading {
        case address(host: String, userInfo: [Secret])
        case wrong(StaticString)
        case lacksMemory
    }

    private typealias Part = Slice<UnsafeBufferPointer<UInt8>>

    private static var form: StaticString { "must be an address such as http://host:port" }

    private func read() -> Reading {
        guard text.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return .wrong("must be an address without spaces or control characters; percent-encode them")
        }
        var rest = text[...]
        if let mark = ProxyText.schemeEnd(rest) {
            guard ProxyText.isKnown(rest[..<mark]) else {
                return .wrong(
                    "must be an address that begins with http://, https:// or socks5h:// (or a kind of it)")
            }
            rest = rest[(mark + 3)...]
        }
        let end = rest.firstIndex { StaticString("/?#").bytes.contains($0) } ?? rest.endIndex
        let behind = rest[end...]
        rest = rest[..<end]
        guard behind.isEmpty || behind.elementsEqual(StaticString("/").bytes) else {
            return .wrong(
                """
                must be an address without a path, query or fragment; \
                in a password write / ? # as %2F %3F %23
                """
            )
        }
        let marks = rest.indices.filter { rest[$0] == UInt8(ascii: "@") }
        guard marks.count <= 1 else {
            return .wrong("must be an address with one @ at most; in a password write it as %40")
        }
        var userInfo: [Secret] = []
        if let mark = marks.first {
            guard let secrets = ProxyText.secrets(rest[..<mark]) else {
                return .wrong(
                    """
                    must be an address whose user name and password are percent-encoded, \
                    without control characters
                    """
                )
            }
            userInfo = secrets
            rest = rest[(mark + 1)...]
        }
        guard let host = ProxyText.host(rest) else { return .wrong(ProxyText.form) }
        do throws(InvalidInput) {
            guard try WebAddress.isHost(host) else { return .wrong(ProxyText.form) }
        } catch {
            return .lacksMemory
        }
        return .address(host: host, userInfo: userInfo)
    }

    /// Where the "://" is.
    private static func schemeEnd(_ text: Part) -> Int? {
        text.indices.first { text[$0...].starts(with: StaticString("://").bytes) }
    }

    private static func isKnown(_ scheme: Part) -> Bool {
        ["http", "https", "socks4", "socks4a", "socks5", "socks5h"].contains { (known: StaticString) in
            ASCII.equalIgnoringCase(scheme, known.bytes)
        }
    }

    // MARK: - Host and port

    /// The host, if the port is in form, and it is not empty.
    private static func host(_ place: Part) -> String? {
        let isBracketed = place.first == UInt8(ascii: "[")
        let hostEnd: Int
        if isBracketed {
            guard let close = place.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            hostEnd = close + 1
        } else {
            hostEnd = place.firstIndex(of: UInt8(ascii: ":")) ?? place.endIndex
        }
        let host = place[..<hostEnd]
        guard !host.isEmpty, isPort(place[hostEnd...]) else { return nil }
        return String(decoding: host, as: UTF8.self)
    }

    /// Nothing, or a colon and a port.
    private static func isPort(_ text: Part) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst()
        guard colon == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(ASCII.isDigit)
        else { return false }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (1...65_535).contains(port)
    }

    // MARK: - User name and password

    /// Both, as they are spelled and as they are meant; nil if one cannot be decoded.
    private static func secrets(_ userInfo: Part) -> [Secret]? {
        let colon = userInfo.firstIndex(of: UInt8(ascii: ":"))
        let user = userInfo[..<(colon ?? userInfo.endIndex)]
        let password = colon.map { userInfo[($0 + 1)...] }
        var secrets: [Secret] = []
        for part in [user, password ?? userInfo[userInfo.endIndex...]] where !part.isEmpty {
            guard let decoded = decoded(part) else { return nil }
            secrets.append(Secret(copying: UnsafeBufferPointer(rebasing: part)))
            if decoded.count != part.count { secrets.append(decoded) }
        }
        return secrets
    }

    private static func decoded(_ part: Part) -> Secret? {
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: part.count)
        memory.initialize(repeating: 0)
        defer {
            kc_wipe(memory.baseAddress, memory.count)
            memory.deallocate()
        }
        var count = 0
        var place = part.startIndex
        while place < part.endIndex {
            var byte = part[place]
            place += 1
            if byte == UInt8(ascii: "%") {
                guard part.endIndex - place >= 2, let high = ASCII.hexadecimalDigit(part[place]),
                    let low = ASCII.hexadecimalDigit(part[place + 1])
                else { return nil }
                byte = high << 4 | low
                place += 2
            }
            if ASCII.isControl(byte) { return nil }
            memory[count] = byte
            count += 1
        }
        return Secret(copying: UnsafeBufferPointer(rebasing: memory[..<count]))
    }
}
