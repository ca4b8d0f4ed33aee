// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "device-sharing",
    platforms: [.macOS(.v15)],
    targets: [],
    swiftLanguageModes: [.v6]
)
