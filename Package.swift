// swift-tools-version: 6.1
import PackageDescription

// Release builds are Embedded Swift: no runtime goes into the host. KCASE_RUNTIME=static builds the same
// source with the whole runtime inside, for platforms that Embedded Swift does not reach. Debug builds, and
// so the tests, are full Swift.
let isEmbedded = Context.environment["KCASE_RUNTIME"] != "static"

/// A layer of the core. It may import the layers that it names, and no others: the compiler refuses an arrow
/// that points upward. docs/architecture.md says what each is for. What takes little of a cancel's time, or
/// waits for a disk or a whole list, is better small than fast. So is the outermost layer: with it the
/// compiler emits what is generic in those below.
func layer(
    _ name: String, in folder: String? = nil, on dependencies: [Target.Dependency], isSmall: Bool = false
) -> Target {
    var settings: [SwiftSetting] = []
    if isEmbedded { settings.append(.enableExperimentalFeature("Embedded", .when(configuration: .release))) }
    if isSmall { settings.append(.unsafeFlags(["-Osize"], .when(configuration: .release))) }
    return .target(
        name: name,
        dependencies: dependencies,
        path: "Sources/KCase/" + (folder ?? String(name.dropFirst("KCase".count))),
        swiftSettings: settings
    )
}

/// The tests look into every layer.
let layers: [Target.Dependency] = [
    "KCase", "KCaseClient", "KCaseDriver", "KCaseShared", "KCaseKarmaCheck", "KCaseProtocol", "KCaseHTTP",
    "KCaseJSON", "KCaseSystem", "KCaseJournal", "KCaseWebhook", "KCaseFurtherMachines",
]

let package = Package(
    name: "kcase",
    products: [
        .library(name: "kcase", type: .dynamic, targets: ["KCase"])
    ],
    targets: [
        .systemLibrary(name: "CKCase", path: "include"),
        .systemLibrary(name: "CSystem"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CSQLite"),

        layer("KCaseSystem", on: ["CSystem", "CCrypto"]),
        layer("KCaseJSON", on: ["KCaseSystem", "CJansson"]),
        layer("KCaseHTTP", on: ["KCaseSystem", "CCurl"], isSmall: true),
        layer("KCaseProtocol", on: ["KCaseSystem"], isSmall: true),
        layer("KCaseKarmaCheck", on: ["KCaseProtocol", "KCaseHTTP", "KCaseJSON"]),
        layer("KCaseJournal", on: ["KCaseJSON", "CSQLite"], isSmall: true),
        layer("KCaseShared", on: ["KCaseProtocol", "KCaseHTTP", "KCaseJournal"], isSmall: true),
        layer("KCaseWebhook", on: ["KCaseKarmaCheck"], isSmall: true),
        layer("KCaseFurtherMachines", on: ["KCaseProtocol"], isSmall: true),
        layer("KCaseDriver", on: ["KCaseShared", "KCaseKarmaCheck", "KCaseFurtherMachines"]),
        layer("KCaseClient", on: ["KCaseDriver", "KCaseWebhook", "CKCase"], isSmall: true),
        layer("KCase", in: "CABI", on: ["KCaseClient", "CKCase"], isSmall: true),

        .testTarget(name: "KCaseTests", dependencies: layers, path: "Tests/Unit"),
        .testTarget(name: "KCaseSimulation", dependencies: layers, path: "Tests/Simulation"),
    ]
)
