import CCurl
import KCaseSystem

/// What stays the same for every request of a session.
extension EasyHandle {
    func configure(_ settings: TransportSettings, _ options: SessionOptions) -> Bool {
        set(CURLOPT_NOSIGNAL, 1)
            && set(CURLOPT_QUICK_EXIT, 1)
            && set(CURLOPT_PROTOCOLS_STR, text: cText("https,http"))
            && set(
                CURLOPT_HTTP_VERSION,
                Int(options.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
            // Rather one more stream of a connection than one more connection.
            && set(CURLOPT_PIPEWAIT, options.offersHTTP2 ? 1 : 0)
            && set(CURLOPT_FOLLOWLOCATION, 0)
            // An error that comes before a request is sent whole does not cost the connection.
            && set(CURLOPT_KEEP_SENDING_ON_ERROR, 1)
            && set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
            && set(CURLOPT_SSL_VERIFYPEER, 1)
            && set(CURLOPT_SSL_VERIFYHOST, 2)
            && set(CURLOPT_USERAGENT, ifGiven: settings.proxy.isPossible ? settings.userAgent : nil)
            && setProxy(settings.proxy)
            && setAuthorities(settings.authoritiesFile ?? AuthoritiesFile.system)
            && set(CURLOPT_SSLCERT, ifGiven: settings.certificateFile)
            && set(CURLOPT_SSLKEY, ifGiven: settings.keyFile)
            && setKeyPassword(settings.keyPassword)
    }

    /// The file, and then no folder beside it: a folder would add its authorities to a given file's, and has
    /// libcurl read the system's file anew for every connection.
    private func setAuthorities(_ file: String?) -> Bool {
        guard let file else { return true }
        return set(CURLOPT_CAINFO, ifGiven: file) && set(CURLOPT_CAPATH, text: nil)
            && set(CURLOPT_PROXY_CAINFO, ifGiven: file) && set(CURLOPT_PROXY_CAPATH, text: nil)
    }

    /// An empty one where none is given: a TLS library that has none asks a person, on the terminal or on the
    /// host's standard input.
    private func setKeyPassword(_ password: Secret?) -> Bool {
        guard let password else { return set(CURLOPT_KEYPASSWD, text: emptyCText) }
        return password.withBytes { Secret(terminating: $0) }.withBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { set(CURLOPT_KEYPASSWD, text: $0.baseAddress) }
        }
    }

    private func setProxy(_ proxy: Proxy) -> Bool {
        switch proxy {
        case .none:
            // Empty texts: no proxy, and no exceptions, whatever the environment says.
            return set(CURLOPT_PROXY, text: emptyCText) && set(CURLOPT_NOPROXY, text: emptyCText)
        case .address(let address):
            return address.url.withBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) { set(CURLOPT_PROXY, text: $0.baseAddress) }
            } && set(CURLOPT_NOPROXY, ifGiven: address.exceptions)
        }
    }
}
