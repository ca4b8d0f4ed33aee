import HTTPEdge

extension ClaimPath {
    /// As a setting names a claim. Throws `server-misconfigured`.
    init(setting text: String) throws(DevshareError) {
        guard let path = ClaimPath(text) else {
            throw DevshareError(
                .serverMisconfigured, "\(text.isEmpty ? "an empty text" : text) names no claim",
                advice: "Name a claim; or a JSON Pointer, in which ~1 is a slash and ~0 a tilde.")
        }
        self = path
    }
}
