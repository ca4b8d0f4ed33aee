import EligibilityPolicy
import Foundation

/// Texts of identity data in the form in which they are compared.
enum IdentityText {
    /// Bytes of an attribute as it is given, at most.
    static let longest = 1_000

    /// Without invisible marks and white space around it, in NFKC (Unicode Standard Annex 15), so that full-width letters and
    /// digits are plain ones; and with digits of every script by their value. Throws `invalid-identity-data`.
    static func unified(_ text: String, _ attribute: IdentityAttribute) throws(SharingError) -> String {
        guard text.utf8.count <= longest else {
            throw .invalidIdentityData(attribute, problem: "must have at most \(longest) bytes")
        }
        // Two letters that were lost in another encoding are one afterwards.
        guard !text.unicodeScalars.contains("\u{FFFD}") else {
            throw .invalidIdentityData(attribute, problem: "has a character that was lost in another encoding")
        }
        return normalized(text).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// As ``unified(_:_:)``, with the white space.
    static func normalized(_ text: String) -> String {
        let visible = String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isInvisible })
        let plain = String(visible).precomposedStringWithCompatibilityMapping.unicodeScalars.map { $0.plainDigit ?? $0 }
        return String(String.UnicodeScalarView(plain))
    }
}

extension Unicode.Scalar {
    /// Marks of direction, byte order marks, joiners, variation selectors: what copying from another program brings along.
    var isInvisible: Bool {
        properties.isDefaultIgnorableCodePoint || properties.generalCategory == .format
    }

    /// The ASCII digit of the same value (Unicode, Numeric_Type decimal or digit); nil for what is no digit.
    var plainDigit: Unicode.Scalar? {
        guard value >= 0x80 else { return nil }
        switch properties.numericType {
        case .decimal, .digit:
            guard let value = properties.numericValue, (0...9).contains(value) else { return nil }
            return Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))
        case .numeric, nil: return nil
        @unknown default: return nil
        }
    }
}
