import DeviceSharing
import HTTPTypes
import SharingEngine

/// A resource's version as HTTP has it: a strong entity tag (RFC 9110, section 8.8.3).
struct EntityTag: Hashable, Sendable {
    let version: Int

    init(version: Int) { self.version = version }

    /// Nil for a tag that is none of ours, which no resource can have.
    init?(_ text: String) {
        guard text.hasPrefix("\"v"), text.hasSuffix("\""), text.utf8.count >= 4,
            let version = Int(text.dropFirst(2).dropLast()),
            version >= 0
        else { return nil }
        self.version = version
    }

    var text: String { "\"v\(version)\"" }
}

extension CheckedParameters {
    /// The version that the command's subject must have: that of If-Match, or none with `If-None-Match: *`. Throws
    /// `precondition-failed` for a tag that no resource has.
    func expectedVersion() throws(ProblemDetails) -> Int? {
        if let text = text(Parameter.ifMatch.name), text != "*" {
            guard let tag = EntityTag(text) else { throw ProblemDetails(.preconditionFailed) }
            return tag.version
        }
        if text(Parameter.ifNoneMatch.name) == "*" { return 0 }
        return nil
    }
}

extension Call {
    /// Throws `precondition-failed` for `If-Match: *` where there is no such resource (RFC 9110, section 13.1.1). To be asked
    /// before what would otherwise make one: what the log tells of once stays there, so nothing can come in between.
    func checkPresence(of resource: StreamID) async throws {
        guard parameters.text(Parameter.ifMatch.name) == "*", try await engine.history(of: resource).isEmpty else { return }
        throw ProblemDetails(.preconditionFailed)
    }
}

extension HTTPFields {
    static func version(_ version: Int) -> HTTPFields { [.eTag: EntityTag(version: version).text] }
}
