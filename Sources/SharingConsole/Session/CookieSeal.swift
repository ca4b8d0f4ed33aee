import Crypto
import Foundation
import HTTPEdge

/// Seals what a browser keeps for us, so that it can neither read nor change it (AES-GCM).
struct CookieSeal: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: nil for one of its own.
    init(secret: [UInt8]?) {
        let material = secret.map { SymmetricKey(data: $0) } ?? SymmetricKey(size: .bits256)
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Data("device-sharing console cookies 1".utf8), outputByteCount: 32)
    }

    /// - Parameter purpose: what is sealed for one is nothing for another.
    func sealed(_ bytes: [UInt8], for purpose: String) throws -> String {
        let box = try AES.GCM.seal(bytes, using: key, authenticating: Data(purpose.utf8))
        // A nonce of the usual size has a combined form.
        return Base64URL.text(Array(box.combined ?? Data()))
    }

    /// Nil for what was not sealed under this key for this purpose.
    func opened(_ text: String, for purpose: String) -> [UInt8]? {
        guard let bytes = Base64URL.bytes(text), let box = try? AES.GCM.SealedBox(combined: bytes),
            let opened = try? AES.GCM.open(box, using: key, authenticating: Data(purpose.utf8))
        else { return nil }
        return Array(opened)
    }
}
