// swift-tools-version: 6.1
import PackageDescription

// The command line is a package of its own: it uses the shared library through its C header, like any host.
// The library's objects may be built for Embedded Swift and never share a program with the full runtime.
let package = Package(
    name: "kcase-cli",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "kcase", targets: ["kcase"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CKCase"),
        .executableTarget(
            name: "kcase",
            dependencies: [
                "CKCase",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
