import EligibilityPolicy

/// Fingerprints of one identity document: of type and number together, and of what says whether two documents can be compared.
struct DocumentFingerprint: Hashable, Sendable {
    let whole: [UInt8]
    /// Nil in fingerprints made before types had one of their own.
    let type: [UInt8]?
    /// Of the issuing country; nil where that is not known.
    let issuer: [UInt8]?

    /// Bytes of one document: type and number, type, issuing country, 32 each. Zeros are for a country that is not known.
    static let length = 3 * FingerprintList.length

    /// Of all documents of a person, in the order of their bytes.
    static func bytes(of documents: [DocumentFingerprint]) -> [UInt8] {
        let unknown = [UInt8](repeating: 0, count: FingerprintList.length)
        return documents.map { $0.whole + ($0.type ?? unknown) + ($0.issuer ?? unknown) }
            .sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
    }

    /// Reads ``bytes(of:)``, and the 32 bytes of a document of before.
    static func read(_ bytes: [UInt8]) -> [DocumentFingerprint] {
        guard bytes.count >= length else { return [DocumentFingerprint(whole: bytes, type: nil, issuer: nil)] }
        func known(_ slice: ArraySlice<UInt8>) -> [UInt8]? { slice.contains { $0 != 0 } ? Array(slice) : nil }
        return stride(from: 0, to: bytes.count - bytes.count % length, by: length).map { start in
            let parts = (0..<3).map { bytes[(start + $0 * FingerprintList.length)...].prefix(FingerprintList.length) }
            return DocumentFingerprint(whole: Array(parts[0]), type: known(parts[1]), issuer: known(parts[2]))
        }
    }

    /// What comparing two documents gives. Documents of different types, or of countries that differ, say nothing about each
    /// other: a person has a passport and an identity card. Of a document of before, its type is known only to be the same where
    /// the number is, too.
    func compare(_ other: DocumentFingerprint) -> IdentityComparison {
        if let issuer, let theirs = other.issuer, issuer != theirs { return .missing }
        if whole == other.whole { return .match }
        return type == other.type ? .mismatch : .missing
    }

    /// What comparing all documents of two people gives: a match where they have one in common and no other two differ. A
    /// document in one list alone, such as a passport before it was renewed, contradicts nothing that is in both. Where one
    /// document agrees and two others of one type differ, an officer decides.
    static func compare(_ ours: [DocumentFingerprint], _ theirs: [DocumentFingerprint]) -> IdentityComparison {
        func isShared(_ document: DocumentFingerprint, _ others: [DocumentFingerprint]) -> Bool {
            others.contains { document.compare($0) == .match }
        }
        let hasMatch = ours.contains { isShared($0, theirs) }
        let hasMismatch = ours.contains { mine in
            guard !isShared(mine, theirs) else { return false }
            return theirs.contains { !isShared($0, ours) && mine.compare($0) == .mismatch }
        }
        if hasMatch { return hasMismatch ? .missing : .match }
        return hasMismatch ? .mismatch : .missing
    }
}
