import Foundation
import Transparency

/// One case of the proof suite of transparency-dev/merkle, in JSON with hashes in base64.
struct ConformanceCase: Sendable, Decodable {
    let name: String
    let wantErr: Bool
    private let subject: Subject

    private enum Subject {
        case inclusion(leafHash: [UInt8], index: UInt64, size: UInt64, root: [UInt8], proof: [[UInt8]])
        case consistency(oldSize: UInt64, newSize: UInt64, oldRoot: [UInt8], newRoot: [UInt8], proof: [[UInt8]])
    }

    private enum Key: String, CodingKey {
        case name, wantErr, proof
        case leafIdx, treeSize, root, leafHash
        case size1, size2, root1, root2
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Key.self)
        name = try members.decode(String.self, forKey: .name)
        wantErr = try members.decode(Bool.self, forKey: .wantErr)
        // Base64 of hashes; a proof without any is null or an empty array.
        func hash(_ key: Key) throws -> [UInt8] { Array(try members.decodeIfPresent(Data.self, forKey: key) ?? Data()) }
        let proof = try members.decodeIfPresent([Data].self, forKey: .proof)?.map { Array($0) } ?? []
        if members.contains(.leafIdx) {
            subject = .inclusion(
                leafHash: try hash(.leafHash), index: try members.decode(UInt64.self, forKey: .leafIdx),
                size: try members.decode(UInt64.self, forKey: .treeSize), root: try hash(.root), proof: proof)
        } else {
            subject = .consistency(
                oldSize: try members.decode(UInt64.self, forKey: .size1),
                newSize: try members.decode(UInt64.self, forKey: .size2),
                oldRoot: try hash(.root1), newRoot: try hash(.root2), proof: proof)
        }
    }

    /// What the implementation does otherwise than the case says; nil where it passes.
    func failure() -> String? {
        do {
            try verify()
            return wantErr ? "passes, but must not" : nil
        } catch {
            return wantErr ? nil : "fails (\(error)), but must not"
        }
    }

    private func verify() throws(TransparencyError) {
        switch subject {
        case .inclusion(let leafHash, let index, let size, let root, let proof):
            try InclusionProof(received: proof).verify(leafHash: leafHash, index: index, size: size, root: root)
        case .consistency(let oldSize, let newSize, let oldRoot, let newRoot, let proof):
            try ConsistencyProof(received: proof).verify(
                oldSize: oldSize, newSize: newSize, oldRoot: oldRoot, newRoot: newRoot)
        }
    }

    /// The cases of one file of the suite.
    static func read(_ file: URL) throws -> [ConformanceCase] {
        try JSONDecoder().decode([ConformanceCase].self, from: Data(contentsOf: file))
    }
}
