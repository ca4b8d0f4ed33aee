// swift-tools-version: 6.1
import PackageDescription

/// The folders of the other targets, which the target of the bundled files would otherwise see as its own.
let otherSources = [
    "CEL", "CEpoll", "CLibPQ", "CZlib", "Canonical", "ConformanceRun", "DeviceSharing", "DeviceSharingClient",
    "EligibilityPolicy",
    "EmbeddedPostgres", "EventLog", "Gzip", "HTTPEdge", "OpenMetrics", "Phrases", "PolicyProof", "PostgreSQL", "RemoteWitness",
    "SharingAPI",
    "SharingAudit", "SharingConsole", "SharingEngine", "SharingLog", "SharingServer", "SharingWebhooks", "StandardWebhooks",
    "Transparency",
    "WebhookDelivery", "cel-conformance", "devshare", "devshare-bench", "merkle-conformance",
].map { "Sources/" + $0 }

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")

let package = Package(
    name: "device-sharing",
    platforms: [.macOS(.v15)],
    products: [
        .library(
            name: "SharingEngine",
            targets: [
                "SharingEngine", "SharingAudit", "SharingWebhooks", "SharingLog", "DeviceSharing", "EligibilityPolicy",
                "EventLog",
                "Transparency", "StandardWebhooks", "Canonical",
            ]),
        .library(name: "DeviceSharingClient", targets: ["DeviceSharingClient"]),
        .executable(name: "devshare", targets: ["devshare"]),
    ],
    dependencies: [
        // The command line: verbs, options, help.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // Traces that the embedding program collects.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.0"),
        // Settings from environment and file.
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        // Certificates, for the tests to make.
        .package(url: "https://github.com/apple/swift-certificates", from: "1.10.0"),
        // SHA-256, HMAC, Ed25519.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        // Logging that the embedding program decides on.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        // The names of HTTP's headers and statuses.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // Metrics that the embedding program collects.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // Bytes on their way between sockets and us, and event loops.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        // HTTP's messages, as the HTTP server's channels carry them.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        // TLS for the HTTP server, and to receivers of webhooks.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        // File paths, as the reader of configuration files takes them.
        .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
        // The HTTP server.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        // The HTTP client: key sets by URL, webhooks, and the client library.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // Pages of the console.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
        // Start and graceful shutdown of what runs side by side.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Bearer tokens.
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
        // Policy files.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // Pure: values in, values out.
        .target(name: "Canonical", dependencies: [crypto]),
        .target(name: "CEL"),
        .target(
            name: "EligibilityPolicy",
            dependencies: [
                "CEL", "Canonical",
                .product(name: "Yams", package: "Yams"),
            ]),
        .target(name: "PolicyProof", dependencies: ["CEL", "Canonical", "EligibilityPolicy"]),
        .target(name: "DeviceSharing", dependencies: ["Canonical", "EligibilityPolicy", crypto]),
        .target(
            name: "Phrases", dependencies: ["Canonical", "EligibilityPolicy"], resources: [.copy("Texts")]),
        .target(name: "Transparency", dependencies: ["Canonical", crypto]),

        .target(name: "StandardWebhooks", dependencies: [crypto]),
        .target(name: "OpenMetrics", dependencies: [metrics]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .target(name: "Gzip", dependencies: ["CZlib"]),

        // The log and what it stands on.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(name: "CEpoll"),
        .target(
            name: "PostgreSQL", dependencies: ["CEpoll", "CLibPQ", "Canonical", logging],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        .target(name: "EmbeddedPostgres", dependencies: [logging]),
        .target(name: "EventLog", dependencies: ["Canonical", "PostgreSQL", crypto]),
        .target(
            name: "BundledFiles", path: ".",
            exclude: ["README.md", "Makefile", "Tests", "docs"] + otherSources,
            sources: ["Sources/BundledFiles"], resources: [.copy("Schema"), .copy("Policies")]),

        // The domain's log: events to state.
        .target(
            name: "SharingLog",
            dependencies: [
                "Canonical", "DeviceSharing", "EligibilityPolicy", "EventLog", "PostgreSQL", logging,
            ]),

        // The engine, and what reads, proves and sends what it recorded; these three do not know one another.
        .target(
            name: "SharingEngine",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "EventLog", "OpenMetrics", "PostgreSQL",
                "SharingLog", logging, metrics, tracing,
            ]),
        .target(
            name: "SharingAudit",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "EventLog", "Phrases", "PostgreSQL",
                "SharingLog", "Transparency", logging,
            ]),
        .target(
            name: "SharingWebhooks",
            dependencies: [
                "Canonical", "DeviceSharing", "EventLog", "OpenMetrics", "PostgreSQL", "SharingLog", "StandardWebhooks",
                logging, metrics,
            ]),

        // By itself, so that only what sends webhooks knows HTTP.
        .target(
            name: "WebhookDelivery",
            dependencies: [
                "SharingWebhooks", logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        // By itself for the same reason.
        .target(
            name: "RemoteWitness",
            dependencies: [
                "SharingAudit", "SharingLog", "Transparency",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),

        // The edge.
        .target(
            name: "HTTPEdge",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "Gzip", "OpenMetrics", "Phrases",
                "SharingEngine", "SharingLog", "SharingWebhooks", "Transparency", "WebhookDelivery", crypto, logging, metrics,
                tracing,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "SharingAPI",
            dependencies: [
                "Canonical", "DeviceSharing", "EligibilityPolicy", "Gzip", "HTTPEdge", "OpenMetrics", "SharingAudit",
                "SharingEngine", "SharingLog", "SharingWebhooks", "StandardWebhooks", "Transparency", "WebhookDelivery",
                logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .target(
            name: "SharingConsole",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "EventLog", "HTTPEdge", "Phrases",
                "PolicyProof", "SharingAudit", "SharingEngine", "SharingLog", crypto, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], resources: [.copy("Templates"), .copy("Assets")]),
        .target(
            name: "SharingServer",
            dependencies: [
                "DeviceSharing", "EligibilityPolicy", "HTTPEdge", "OpenMetrics", "SharingAPI", "SharingAudit", "SharingConsole",
                "SharingEngine", "SharingLog", "SharingWebhooks", "WebhookDelivery", logging,
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .target(
            name: "DeviceSharingClient",
            dependencies: [
                "Canonical", "DeviceSharing", "EligibilityPolicy", "Gzip", "Transparency",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),

        // Programs.
        .executableTarget(
            name: "devshare",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "DeviceSharingClient", "EligibilityPolicy", "EmbeddedPostgres",
                "EventLog", "HTTPEdge", "OpenMetrics", "Phrases", "PolicyProof", "PostgreSQL", "RemoteWitness", "SharingAudit",
                "SharingConsole", "SharingEngine", "SharingLog", "SharingServer", "SharingWebhooks", "StandardWebhooks",
                "Transparency", "WebhookDelivery", logging, metrics,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        .executableTarget(
            name: "devshare-bench",
            dependencies: [
                "BundledFiles", "CELFuzz", "Canonical", "DeviceSharing", "EligibilityPolicy", "EmbeddedPostgres", "EventLog",
                "PostgreSQL", "SharingAudit", "SharingEngine", "SharingLog", "SharingWebhooks", "Transparency",
                "WebhookDelivery", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], resources: [.copy("compare-policies.py")]),
        .target(name: "ConformanceRun"),
        .executableTarget(name: "cel-conformance", dependencies: ["CEL", "Canonical", "ConformanceRun"]),
        .executableTarget(name: "merkle-conformance", dependencies: ["ConformanceRun", "Transparency"]),

        // Tests, each of the target whose name it bears.
        .target(
            name: "TestSupport",
            dependencies: [
                "BundledFiles", "Canonical", "EmbeddedPostgres", "EventLog", "PostgreSQL", "StandardWebhooks",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ], path: "Tests/TestSupport"),
        .executableTarget(
            name: "embedded-postgres-holder", dependencies: ["EmbeddedPostgres"], path: "Tests/embedded-postgres-holder"),
        .executableTarget(
            name: "crash-worker", dependencies: ["Canonical", "DeviceSharing", "SharingEngine", "SharingLog", logging],
            path: "Tests/CrashWorker"),
        .executableTarget(
            name: "webhook-worker", dependencies: ["SharingLog", "SharingWebhooks", "WebhookDelivery", logging],
            path: "Tests/WebhookWorker"),
        .testTarget(name: "CanonicalTests", dependencies: ["Canonical", "TestSupport"]),
        .target(name: "CELFuzz", dependencies: ["CEL", "Canonical"], path: "Tests/CELFuzz"),
        .testTarget(name: "CELTests", dependencies: ["CEL", "CELFuzz", "Canonical", "TestSupport", "cel-conformance"]),
        .testTarget(
            name: "EligibilityPolicyTests", dependencies: ["CEL", "Canonical", "EligibilityPolicy", "TestSupport"],
            exclude: ["Golden"]),
        .testTarget(
            name: "PolicyProofTests",
            dependencies: [
                "CEL", "Canonical", "EligibilityPolicy", "PolicyProof", "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "PhrasesTests",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "Phrases",
            ]),
        .testTarget(
            name: "DeviceSharingTests",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "TestSupport",
            ]),
        .testTarget(
            name: "TransparencyTests", dependencies: ["Canonical", "TestSupport", "Transparency", "merkle-conformance"]),
        .testTarget(name: "PostgreSQLTests", dependencies: ["Canonical", "EmbeddedPostgres", "PostgreSQL", "TestSupport"]),
        .testTarget(
            name: "EmbeddedPostgresTests",
            dependencies: [
                "EmbeddedPostgres", "PostgreSQL", "TestSupport", "embedded-postgres-holder",
            ]),
        .testTarget(
            name: "EventLogTests", dependencies: ["BundledFiles", "Canonical", "EventLog", "PostgreSQL", "TestSupport"]),
        .testTarget(
            name: "SharingEngineTests",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "EligibilityPolicy", "EmbeddedPostgres", "EventLog",
                "OpenMetrics", "Phrases", "PostgreSQL", "SharingAudit", "SharingEngine", "SharingLog", "SharingWebhooks",
                "TestSupport",
                "Transparency", "crash-worker", logging,
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
            ]),
        .testTarget(name: "StandardWebhooksTests", dependencies: ["StandardWebhooks", "TestSupport"]),
        .testTarget(name: "OpenMetricsTests", dependencies: ["OpenMetrics", "TestSupport", metrics]),
        .testTarget(
            name: "WebhookDeliveryTests",
            dependencies: [
                "Canonical", "DeviceSharing", "PostgreSQL", "SharingEngine", "SharingLog", "SharingWebhooks",
                "StandardWebhooks", "TestSupport", "WebhookDelivery", "webhook-worker", logging,
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .target(
            name: "ServerTestSupport",
            dependencies: [
                "DeviceSharing", "EligibilityPolicy", "HTTPEdge", "SharingAudit", "SharingConsole", "SharingEngine",
                "SharingLog", "SharingServer", "SharingWebhooks", "TestSupport", logging,
            ],
            path: "Tests/ServerTestSupport"),
        .testTarget(
            name: "RemoteWitnessTests",
            dependencies: [
                "Canonical", "DeviceSharing", "RemoteWitness", "SharingAudit", "SharingEngine", "SharingLog", "TestSupport",
                "Transparency", logging,
                .product(name: "Hummingbird", package: "hummingbird"),
            ]),
        .testTarget(
            name: "SharingServerTests",
            dependencies: [
                "BundledFiles", "Canonical", "DeviceSharing", "DeviceSharingClient", "EligibilityPolicy", "EventLog", "Gzip",
                "HTTPEdge", "OpenMetrics", "Phrases", "ServerTestSupport", "SharingAPI", "SharingAudit", "SharingConsole",
                "SharingEngine", "SharingLog", "SharingServer", "SharingWebhooks", "StandardWebhooks", "TestSupport",
                "Transparency", crypto, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "InMemoryLogging", package: "swift-log"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Canonical", "DeviceSharing", "EligibilityPolicy", "EmbeddedPostgres", "HTTPEdge", "ServerTestSupport",
                "SharingConsole", "SharingEngine", "SharingLog", "SharingServer", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
            ]),
        .testTarget(
            name: "DevshareTests",
            dependencies: [
                "Canonical", "DeviceSharing", "DeviceSharingClient", "EmbeddedPostgres", "HTTPEdge", "PostgreSQL", "SharingAPI",
                "SharingConsole", "TestSupport", "Transparency", "devshare",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], exclude: ["idle-connections.sh"]),
    ],
    swiftLanguageModes: [.v6]
)

/// The modules that only compute, the client of PostgreSQL, and their tests: `make test` builds these without optimisation as
/// well, and `make sanitize` under the sanitizers.
let pureModules: Set<String> = [
    "Canonical", "CEL", "EligibilityPolicy", "PolicyProof", "DeviceSharing", "Phrases", "PhrasesTests", "Transparency",
    "StandardWebhooks", "OpenMetrics",
    "CEpoll", "CLibPQ", "CZlib", "Gzip",
    "PostgreSQL", "EmbeddedPostgres", "EventLog", "BundledFiles", "ConformanceRun", "cel-conformance", "merkle-conformance",
    "TestSupport", "CELFuzz", "CanonicalTests", "CELTests", "EligibilityPolicyTests", "PolicyProofTests", "DeviceSharingTests",
    "TransparencyTests",
    "StandardWebhooksTests", "OpenMetricsTests", "PostgreSQLTests",
]
if Context.environment["DEVICE_SHARING_MODULES"] == "pure" {
    package.targets.removeAll { !pureModules.contains($0.name) }
    package.products.removeAll { _ in true }
}

/// Tests look inside the modules that they test. A debug build lets them; a release build must be made so, which the Makefile
/// asks for. What is installed is built so as well: it is what was tested, object for object. `unoptimised` makes our targets as a
/// debug build would, with assertions and without optimisation, and shares everything that is not ours with the release builds.
if let kind = Context.environment["DEVICE_SHARING_TESTABLE"] {
    for target in package.targets where target.type != .system {
        // What is tested is optimised; the tests themselves need not be.
        let isOptimised = target.type != .test && kind != "unoptimised"
        let flags = ["-enable-testing"] + (isOptimised ? [] : ["-Onone"]) + (kind == "unoptimised" ? ["-DDEBUG"] : [])
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(flags)]
    }
}
