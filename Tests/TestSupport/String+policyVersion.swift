extension String {
    /// The bundled policy's text, or one made of it, under another version: no two texts may have one.
    package func asPolicyVersion(_ version: String) -> String {
        replacing(/\n  version: "[^"]*"/, with: "\n  version: \"\(version)\"", maxReplacements: 1)
    }
}
