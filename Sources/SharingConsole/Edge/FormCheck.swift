import HTTPEdge
import HTTPTypes

/// Tells a form that we handed out from one that another site made up.
enum FormCheck {
    static let field = "form"

    /// Throws `form-forged`.
    static func check(_ headers: HTTPFields, authority: String?, form: FormFields, session: ConsoleSession?)
        throws(ProblemDetails)
    {
        guard isFromHere(headers, authority: authority), let session, let token = form.text(field),
            Secret.isEqual(token, session.formToken)
        else { throw ProblemDetails(.formForged) }
    }

    /// What the browser itself says of where the form was (Fetch Metadata; RFC 6454, section 7). One that says nothing is old,
    /// and has the token alone to show.
    private static func isFromHere(_ headers: HTTPFields, authority: String?) -> Bool {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = headers[name] {
            return site == "same-origin" || site == "none"
        }
        guard let origin = headers[.origin] else { return true }
        guard let authority, let separator = origin.firstRange(of: "://") else { return false }
        return origin[separator.upperBound...].lowercased() == authority.lowercased()
    }
}
