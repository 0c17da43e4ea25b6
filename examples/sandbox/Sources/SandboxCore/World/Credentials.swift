/// The credentials every sandbox accepts. They open nothing but a sandbox.
public enum Credentials {
    /// A bearer token that works without a call to `/auth/api`.
    public static let token = "sandbox-token"
    public static let apiKey = "5e0c6a7e-0000-4000-8000-00000000a911"
    public static let clientAccessToken = "5e0c6a7e-0000-4000-8000-0000000c11e7"
}
