import Canonical

/// The console's style sheet and scripts. An address names the contents, so that a browser asks for each version once.
struct PageAssets: Sendable {
    struct Asset: Sendable {
        let bytes: [UInt8]
        let mediaType: String
        let version: String
    }

    static let path = "/console/assets"

    private let assets: [String: Asset]

    init(files: [(name: String, bytes: [UInt8])]) throws(ConsoleFileError) {
        var assets: [String: Asset] = [:]
        for (name, bytes) in files {
            guard let ending = name.split(separator: ".").last, let type = Self.mediaTypes[String(ending)] else {
                throw ConsoleFileError(file: name, line: 1, problem: "an asset of a kind that is not served")
            }
            assets[name] = Asset(
                bytes: bytes, mediaType: type, version: String(Digest(sha256: bytes).description.prefix(12)))
        }
        self.assets = assets
    }

    private static let mediaTypes = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    ]

    subscript(name: String) -> Asset? { assets[name] }

    /// Addresses with versions, as templates name them: `{{assets.console-css}}` for `console.css`.
    var addresses: [String: String] {
        Dictionary(
            uniqueKeysWithValues: assets.map { name, asset in
                (name.replacing(".", with: "-"), "\(Self.path)/\(name)?v=\(asset.version)")
            })
    }
}
