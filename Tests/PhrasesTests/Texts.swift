import BundledFiles
import EligibilityPolicy
import Phrases

/// The texts that the program comes with.
enum Texts {
    static func messages() throws -> MessageCatalog {
        try MessageCatalog.load(
            texts: Language.allCases.map { language in
                let name = "messages.\(language).yaml"
                return (name, try BundledFiles.text(name, in: .texts))
            })
    }

    static func defaultPolicy() throws -> Policy {
        let file = "device-sharing.yaml"
        return try Policy.load(BundledFiles.text(file, in: .policies), file: file)
    }
}
