import HTTPTypes
import Hummingbird
import NIOHTTP1

extension HTTPRequestHead {
    /// The head of a request behind which nothing more is read: one that offers to go on in another protocol (RFC 9110, section
    /// 7.8), and CONNECT. The decoder stops behind such a head, whether or not anybody takes the offer. So the connection is to be
    /// closed behind the answer, as if the client had asked for that. Otherwise the client's next request on it waits without an
    /// answer: the JDK's client offers HTTP/2 in this way on every connection that is not encrypted.
    var isLast: Bool {
        guard method != .CONNECT else { return true }
        return headers.contains(name: "Upgrade")
            && headers[canonicalForm: "Connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// The same where the client asks for the connection to be closed.
    var closing: HTTPRequestHead {
        var head = self
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        return head
    }
}

/// Says in the last answer of a connection that it is the last (RFC 9112, section 9.6).
package struct LastAnswer: RouterMiddleware {
    package init() {}

    package func handle(
        _ input: Request, context: EdgeContext, next: (Request, EdgeContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(input, context)
        if input.headers[.connection]?.lowercased() == "close" { response.headers[.connection] = "close" }
        return response
    }
}
