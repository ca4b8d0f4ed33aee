import ArgumentParser

/// Whose checkpoints are taken.
struct LogNameOptions: ParsableArguments {
    @Option(
        help:
            "The name that the log signs under, byte for byte. (default: the setting checkpoint.origin, else the name of the key)"
    )
    var origin: String?

    /// Nil for the name of the key that signed.
    func name(in settings: Settings) -> String? { origin ?? settings.checkpoints.origin }
}
