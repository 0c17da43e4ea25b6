/// The bounds of everything a fault rule can ask for.
public enum FaultLimits {
    public static let rulesMax = 256
    public static let delayMSMax = 60_000
    public static let bodyBytesMax = 64 * 1024 * 1024
    public static let textBytesMax = 64 * 1024
    /// A final answer; beyond 599 there is none that HTTP knows.
    public static let statuses = 200...999

    static let hangMSDefault = delayMSMax
    static let slowMSDefault = 1_000
    static let effectMSDefault = 1_000
    static let lagMSDefault = 1_000
    static let workMSDefault = 3_000
    static let bodyBytesDefault = 16 * 1024 * 1024
}
