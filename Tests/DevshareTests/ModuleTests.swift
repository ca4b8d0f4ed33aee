import Foundation
import Testing

/// The house: which module may know which, and that folders of a module do not know one another in a circle.
@Suite struct ModuleTests {
    /// What each module may import of this package: the layers of the design, the lowest first.
    private static let permitted: [(module: String, imports: Set<String>)] = {
        let pure: [(String, Set<String>)] = [
            ("Canonical", []), ("CEL", []), ("OpenMetrics", []), ("StandardWebhooks", []), ("Gzip", ["CZlib"]),
            ("Transparency", ["Canonical"]), ("EligibilityPolicy", ["CEL", "Canonical"]),
            ("PolicyProof", ["CEL", "Canonical", "EligibilityPolicy"]), ("DeviceSharing", ["Canonical", "EligibilityPolicy"]),
            ("Phrases", ["Canonical", "EligibilityPolicy"]),
        ]
        let storage: [(String, Set<String>)] = [
            ("BundledFiles", []), ("EmbeddedPostgres", []), ("PostgreSQL", ["CEpoll", "CLibPQ", "Canonical"]),
            ("EventLog", ["Canonical", "PostgreSQL"]),
        ]
        let log = Set(pure.map(\.0) + storage.map(\.0)).subtracting(["EmbeddedPostgres", "Gzip", "Phrases", "PolicyProof"])
        let engine = log.union(["SharingLog"])
        let engines = engine.union(["Phrases", "SharingEngine", "SharingAudit", "SharingWebhooks"])
        let adapters = engines.union(["WebhookDelivery", "RemoteWitness"])
        let edge = adapters.union(["Gzip"])
        return pure + storage + [
            ("SharingLog", log), ("SharingEngine", engine), ("SharingAudit", engine.union(["Phrases"])),
            ("SharingWebhooks", engine),
            ("WebhookDelivery", engine.union(["SharingWebhooks"])), ("RemoteWitness", engine.union(["SharingAudit"])),
            ("HTTPEdge", edge), ("SharingAPI", edge.union(["HTTPEdge"])),
            ("SharingConsole", edge.union(["HTTPEdge", "PolicyProof"])),
            ("SharingServer", edge.union(["HTTPEdge", "SharingAPI", "SharingConsole"])),
            ("DeviceSharingClient", Set(pure.map(\.0))),
            (
                "devshare",
                edge.union([
                    "HTTPEdge", "SharingConsole", "SharingServer", "DeviceSharingClient", "EmbeddedPostgres", "PolicyProof",
                ])
            ),
        ]
    }()

    /// Programs beside the product, which may know everything.
    private static let tools: Set<String> = ["ConformanceRun", "cel-conformance", "devshare-bench", "merkle-conformance"]

    /// Modules whose folders still know one another in circles. None may be added.
    private static let tangled: Set<String> = ["CEL", "DeviceSharing", "EligibilityPolicy", "SharingConsole", "devshare"]

    private static let sources = Program.root.appendingPathComponent("Sources")

    @Test("A module imports what is below it, and nothing else")
    func imports() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path).filter { !$0.hasPrefix(".") }
        let known = Set(Self.permitted.map(\.module)).union(Self.tools).union(["CEpoll", "CLibPQ", "CZlib"])
        #expect(Set(modules) == known, "a module was added or removed: give it its place in the table")
        for (module, permitted) in Self.permitted {
            for file in try Self.files(of: module) {
                for name in file.text.matches(of: /(?m)^(?:@testable |package |public )*import (?:\w+ )?(\w+)/).map({
                    String($0.1)
                })
                where known.contains(name) {
                    #expect(permitted.contains(name), "\(module)/\(file.path) imports \(name)")
                }
            }
        }
    }

    @Test("Folders of a module do not know one another in a circle", arguments: permitted.map(\.module))
    func circles(module: String) throws {
        let files = try Self.files(of: module)
        var homes: [String: Set<String>] = [:]
        for file in files {
            let declaration =
                /(?m)^(?:@\w+(?:\([^)]*\))? )*(?:(?:public|package|final|indirect) )*(?:struct|class|enum|actor|protocol|typealias) (\w+)/
            for match in file.text.matches(of: declaration) { homes[String(match.1), default: []].insert(file.folder) }
        }
        var uses: [String: Set<String>] = [:]
        for file in files {
            for word in Set(file.text.matches(of: /\b[A-Z]\w+/).map { String($0.0) }) {
                uses[file.folder, default: []].formUnion((homes[word] ?? []).subtracting([file.folder]))
            }
        }
        let circular = uses.keys.filter { Self.reachable(from: $0, uses).contains($0) }.sorted()
        if Self.tangled.contains(module) {
            #expect(!circular.isEmpty, "\(module) is untangled: take it off the list")
        } else {
            #expect(circular.isEmpty, "folders of \(module) know one another")
        }
    }

    private static func reachable(from start: String, _ uses: [String: Set<String>]) -> Set<String> {
        var (seen, left): (Set<String>, [String]) = ([], [start])
        while let folder = left.popLast() {
            for next in uses[folder] ?? [] where seen.insert(next).inserted { left.append(next) }
        }
        return seen
    }

    private struct SourceFile {
        let path: String
        /// The folder of the module that the file is in; empty for the module's own.
        let folder: String
        /// Without comments and text literals of one line.
        let text: String
    }

    private static func files(of module: String) throws -> [SourceFile] {
        let root = sources.appendingPathComponent(module)
        return try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }.map { path in
            let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            return SourceFile(
                path: path, folder: path.split(separator: "/").dropLast().first.map(String.init) ?? "",
                text: text.replacing(/\/\/[^\n]*/, with: "").replacing(/"(?:\\.|[^"\\\n])*"/, with: "\"\""))
        }
    }
}
