// swift-tools-version: 6.1
import PackageDescription

// KCASE_SANDBOX=portable: the program that the packages for Python and Ruby carry.
let isPortable = Context.environment["KCASE_SANDBOX"] == "portable"

// The sandbox is a package of its own: the library's objects may be built for Embedded Swift,
// and those never share a program with the full Swift runtime.
let package = Package(
    name: "kcase-sandbox",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kcase-sandbox", targets: ["kcase-sandbox"])
    ],
    dependencies: [
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // The simulated world: cases, rules, faults, ledger. No socket, no clock.
        .target(name: "SandboxCore"),
        // The world over HTTP/1.1, with every fault carried out on the connection itself.
        .target(
            name: "SandboxHTTP",
            dependencies: [
                "SandboxCore",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]
        ),
        .executableTarget(
            name: "kcase-sandbox",
            dependencies: [
                "SandboxCore",
                "SandboxHTTP",
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + (isPortable ? ["CNoLocaleData"] : [])
        ),
        .target(name: "CNoLocaleData"),
        .testTarget(name: "SandboxCoreTests", dependencies: ["SandboxCore"]),
        .testTarget(
            name: "SandboxHTTPTests",
            dependencies: [
                "SandboxCore",
                "SandboxHTTP",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
