import Configuration

/// Looks at the variables that begin with `DEVSHARE_`.
enum EnvironmentCheck {
    /// The variable that names the configuration file.
    static let file = Setting.prefix + "CONFIG"

    /// Throws `setting-unknown` and `setting-invalid`: a variable that is misspelt or cannot be read would leave the default in
    /// force without a word.
    /// - Parameter reader: of the environment alone, by the names of settings.
    static func check(_ variables: [String: String], _ reader: ConfigReader) throws(DevshareError) {
        for (variable, value) in variables.sorted(by: { $0.key < $1.key })
        where variable.uppercased().hasPrefix(Setting.prefix) && variable != file {
            guard let setting = Setting.byVariable[variable] else {
                if isServiceLink(variable, value) { continue }
                throw DevshareError(
                    .settingUnknown, "the environment sets \(variable), which is no setting",
                    advice: Spelling.advice(on: variable.uppercased(), among: Setting.all.map(\.variable) + [file]))
            }
            // Not the value: it may be a secret that stands in the wrong place.
            guard setting.admits(value, reader) else {
                throw DevshareError(
                    .settingInvalid, "the environment sets \(variable) to something else than \(setting.requirement)",
                    advice: "Correct it, or unset it for the default.")
            }
        }
    }

    /// Kubernetes sets variables for each service of a namespace; one whose name is `devshare` is no setting of ours
    /// (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables).
    private static func isServiceLink(_ variable: String, _ value: String) -> Bool {
        switch variable.dropFirst(Setting.prefix.count) {
        case "SERVICE_HOST", "SERVICE_PORT": true
        case "PORT": value.contains("://")
        case let rest where rest.hasPrefix("SERVICE_PORT_"): true
        case let rest where rest.hasPrefix("PORT_"): rest.contains("_TCP") || rest.contains("_UDP") || rest.contains("_SCTP")
        default: false
        }
    }
}

extension Setting {
    /// Whether the text of a variable can be read as the setting's type.
    fileprivate func admits(_ text: String, _ reader: ConfigReader) -> Bool {
        switch kind {
        case .text: true
        case .number: reader.int(forKey: ConfigKey(name)) != nil
        case .flag: reader.bool(forKey: ConfigKey(name)) != nil
        case .choice(let texts): texts.contains(text)
        }
    }
}
