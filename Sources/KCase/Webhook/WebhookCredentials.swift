import CSystem
import KCaseKarmaCheck
import KCaseSystem

/// A user name and a password that came with a message: in its Authorization header (RFC 7617), or, as the
/// service's own sample has it, in its body.
struct WebhookCredentials {
    /// Whether they are the right ones, wherever they stand.
    static func areRight(
        _ expected: (username: Secret, password: Secret), _ authorization: Secret?, _ body: EventReading?
    ) -> Bool {
        let inHeader = authorization.map { isRight($0, expected) } ?? false
        let inBody = body.map { isRight($0, expected) } ?? false
        return inHeader || inBody
    }

    private static func isRight(
        _ body: EventReading, _ expected: (username: Secret, password: Secret)
    ) -> Bool {
        guard let username = body.username, let password = body.password else { return false }
        let isUsername = isEqual(username, expected.username)
        let isPassword = isEqual(password, expected.password)
        return isUsername && isPassword
    }

    private static func isRight(
        _ authorization: Secret, _ expected: (username: Secret, password: Secret)
    ) -> Bool {
        let scheme = StaticString("basic ").bytes
        let colon = StaticString(":").bytes
        let wanted = expected.username.withBytes { username in
            expected.password.withBytes { Secret(joining: [username, colon, $0]) }
        }
        return authorization.withBytes { line in
            guard ASCII.equalIgnoringCase(line.prefix(scheme.count), scheme),
                var given = Base64.decode(UnsafeBufferPointer(rebasing: line.dropFirst(scheme.count)))
            else { return false }
            defer { given.withUnsafeMutableBytes { kc_wipe($0.baseAddress, $0.count) } }
            return given.withUnsafeBufferPointer { given in
                wanted.withBytes { ConstantTime.equal(given, $0) }
            }
        }
    }

    private static func isEqual(_ one: Secret, _ other: Secret) -> Bool {
        one.withBytes { one in other.withBytes { ConstantTime.equal(one, $0) } }
    }
}
