/// How a session uses the network.
package struct SessionOptions {
    package var connectionsMax: Int
    package var offersHTTP2: Bool

    package init(connectionsMax: Int, offersHTTP2: Bool) {
        self.connectionsMax = connectionsMax
        self.offersHTTP2 = offersHTTP2
    }

    /// One request after another.
    package static var single: SessionOptions { SessionOptions(connectionsMax: 1, offersHTTP2: false) }
}
