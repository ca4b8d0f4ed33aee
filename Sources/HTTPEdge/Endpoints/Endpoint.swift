import HTTPTypes

/// An address that is served, by what the router, metrics and traces know of it.
package protocol Endpoint: Sendable {
    var method: HTTPRequest.Method { get }
    /// With places in braces: `/v1/users/{user}`.
    var path: String { get }
}
