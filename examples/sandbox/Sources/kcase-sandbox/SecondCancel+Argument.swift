import ArgumentParser
import SandboxCore

extension SecondCancel: ExpressibleByArgument {
    public init?(argument: String) {
        guard let status = Int(argument) else { return nil }
        self.init(rawValue: status)
    }

    public var defaultValueDescription: String { String(rawValue) }
    public static var allValueStrings: [String] { allCases.map { String($0.rawValue) } }
}
