// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "kcase",
    products: [
        .library(name: "kcase", type: .dynamic, targets: ["KCase"])
    ],
    targets: [
        .systemLibrary(name: "CKCase", path: "include"),
        .systemLibrary(name: "CSystem"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson"),
        .target(
            name: "KCase",
            dependencies: ["CKCase", "CSystem", "CCurl", "CJansson"],
            swiftSettings: [
                .enableExperimentalFeature("Embedded", .when(configuration: .release))
            ]
        ),
    ]
)
