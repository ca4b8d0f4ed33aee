import NIOCore
import NIOHTTP1

/// Refuses heads that are HTTP to the decoder, and of which two servers in a row could think differently where the request ends,
/// or whose it is (RFC 9112, sections 3.2, 6.1 and 11.2). It stands behind the decoder, where the version and each header are
/// still as they were sent. Nothing is read behind a head that is refused.
///
/// Lives on its channel's event loop, as handlers do.
final class RequestHeadCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var hasRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasRefused else { return }
        if case .head(let head) = unwrapInboundIn(data) {
            guard Self.accepts(head) else {
                hasRefused = true
                return context.fireErrorCaught(HTTPParserError.invalidHeaderToken)
            }
            if head.isLast { return context.fireChannelRead(wrapInboundOut(.head(head.closing))) }
        }
        context.fireChannelRead(data)
    }

    static func accepts(_ head: HTTPRequestHead) -> Bool { hasGoodHost(head) && hasGoodFraming(head) }

    // MARK: Host

    /// One in HTTP/1.1, at most one in HTTP/1.0.
    private static func hasGoodHost(_ head: HTTPRequestHead) -> Bool {
        let hosts = head.headers["Host"]
        guard let host = hosts.first else { return head.version == .http1_0 }
        return hosts.count == 1 && isAuthority(host)
    }

    /// A name, an IPv4 address or an IPv6 one in brackets, and a port where there is one. Of what RFC 3986 (section 3.2.2) lets a
    /// name have, only what names on the Internet do.
    private static func isAuthority(_ text: String) -> Bool {
        let host: Substring
        let rest: Substring
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            host = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard !host.isEmpty, host.utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") })
            else { return false }
        } else {
            host = text.prefix { $0 != ":" }
            rest = text[host.endIndex...]
            guard !host.isEmpty, host.utf8.allSatisfy(isNameByte) else { return false }
        }
        guard !rest.isEmpty else { return true }
        let port = rest.dropFirst()
        guard rest.hasPrefix(":"), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        return port.isEmpty || UInt16(port) != nil
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
    }

    // MARK: Framing

    /// The body is as long as one header says: `chunked` and nothing else, in HTTP/1.1 alone, or a length.
    private static func hasGoodFraming(_ head: HTTPRequestHead) -> Bool {
        let (codings, lengths) = (head.headers["Transfer-Encoding"], head.headers["Content-Length"])
        guard codings.isEmpty else {
            return codings.count == 1 && codings[0].lowercased() == "chunked" && lengths.isEmpty && head.version == .http1_1
        }
        return lengths.count <= 1
            && lengths.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }
}
