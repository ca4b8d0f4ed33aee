import Canonical
import Configuration
import Foundation
import SystemPackage

/// The JSON file of settings.
enum ConfigurationFile {
    /// The settings that a file has. Throws `file-unreadable`, `setting-unknown` and `setting-invalid`: a setting that is
    /// misspelt or of another type would leave the default in force without a word.
    static func provider(_ file: String) async throws -> any ConfigProvider {
        let content: JSONValue
        do {
            content = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: file))))
        } catch {
            throw unreadable(file)
        }
        guard case .object = content else { throw unreadable(file) }
        var names: Set<String> = []
        for (name, value) in values(in: content) {
            try check(name, value, file)
            guard names.insert(name).inserted else {
                throw DevshareError(
                    .settingInvalid, "the configuration file \(file) sets \(name) twice", advice: "Remove one of them.")
            }
        }
        do {
            return try await FileProvider<JSONSnapshot>(filePath: FilePath(file))
        } catch {
            throw unreadable(file)
        }
    }

    private static func unreadable(_ file: String) -> DevshareError {
        DevshareError(
            .fileUnreadable, "the configuration file \(file) cannot be read",
            advice: "It must be there, and hold a JSON object with unique names.")
    }

    private static func check(_ name: String, _ value: JSONValue, _ file: String) throws(DevshareError) {
        guard let setting = Setting.byName[name] else {
            throw DevshareError(
                .settingUnknown, "the configuration file \(file) sets \(name), which is no setting",
                advice: Spelling.advice(on: name, among: Setting.all.map(\.name)))
        }
        // Not the value: it may be a secret.
        guard setting.admits(value) else {
            throw DevshareError(
                .settingInvalid, "the configuration file \(file) sets \(name) to something else than \(setting.requirement)",
                advice: "Write \(setting.example).")
        }
    }

    /// All values by their names, with those of the objects around them. An object in the place of a setting is a value.
    private static func values(in value: JSONValue, below path: String = "") -> [(name: String, value: JSONValue)] {
        guard case .object(let object) = value, Setting.byName[path] == nil else { return [(path, value)] }
        return object.members.flatMap { values(in: $0.value, below: path.isEmpty ? $0.name : "\(path).\($0.name)") }
    }
}

extension Setting {
    /// Whether a value of the file is of the setting's type.
    fileprivate func admits(_ value: JSONValue) -> Bool {
        switch kind {
        // The operating system takes no zero byte in a name or an address.
        case .text: return value.stringValue.map { !$0.utf8.contains(0) } ?? false
        case .number: return value.integerValue != nil
        case .flag: return value.boolValue != nil
        case .choice(let texts): return value.stringValue.map(texts.contains) ?? false
        }
    }

    /// How a value is written in the file.
    fileprivate var example: String {
        switch kind {
        case .text: "a JSON string, such as \"…\""
        case .number: "a JSON number without quotation marks, such as 8080"
        case .flag: "true or false without quotation marks"
        case .choice(let texts): texts.map { "\"\($0)\"" }.joined(separator: " or ")
        }
    }
}
