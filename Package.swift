// swift-tools-version: 6.1
import PackageDescription

/// The folders of the other targets, which the target of the bundled files would otherwise see as its own.
let otherSources = [
    "CEL", "CLibPQ", "Canonical", "DeviceSharing", "EligibilityPolicy", "EmbeddedPostgres", "EventLog", "PostgreSQL",
    "SharingEngine", "devshare", "devshare-bench",
].map { "Sources/" + $0 }

let package = Package(
    name: "device-sharing",
    platforms: [.macOS(.v15)],
    dependencies: [
        // The command line: verbs, options, help.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // Settings from environment and file.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        // SHA-256, HMAC, Ed25519.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        // Logging that the embedding program decides on.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // Policy files.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .target(name: "Canonical", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(
            name: "PostgreSQL", dependencies: ["Canonical", "CLibPQ", .product(name: "Logging", package: "swift-log")],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        .target(name: "EmbeddedPostgres", dependencies: [.product(name: "Logging", package: "swift-log")]),
        .target(
            name: "BundledFiles", path: ".",
            exclude: ["README.md", "Makefile", "Tests"] + otherSources,
            sources: ["Sources/BundledFiles"], resources: [.copy("Schema"), .copy("Policies")]),
        .target(
            name: "EventLog",
            dependencies: ["Canonical", "PostgreSQL", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "EligibilityPolicy", dependencies: ["Canonical", .product(name: "Yams", package: "Yams")]),
        .target(
            name: "DeviceSharing",
            dependencies: ["Canonical", "EligibilityPolicy", .product(name: "Crypto", package: "swift-crypto")]),
    ],
    swiftLanguageModes: [.v6]
)
