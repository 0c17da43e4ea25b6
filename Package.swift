// swift-tools-version: 6.1
import PackageDescription

// Release builds are Embedded Swift: no runtime goes into the host. KCASE_RUNTIME=static builds the same source
// with the whole runtime inside, for platforms that Embedded Swift does not reach. Debug builds, and so the
// tests, are full Swift.
let isEmbedded = Context.environment["KCASE_RUNTIME"] != "static"

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
        .target(
            name: "KCase",
            dependencies: ["CKCase", "CSystem", "CCurl", "CJansson"],
            swiftSettings: isEmbedded
                ? [.enableExperimentalFeature("Embedded", .when(configuration: .release))] : []
        ),
        .testTarget(name: "KCaseTests", dependencies: ["KCase"], path: "Tests/Unit"),
        .testTarget(name: "KCaseSimulation", dependencies: ["KCase"], path: "Tests/Simulation"),
    ]
)
