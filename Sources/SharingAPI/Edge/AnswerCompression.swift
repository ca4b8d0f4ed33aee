import Gzip
import HTTPTypes
import Hummingbird
import NIOCore

/// Compresses answers with gzip, for clients that take it (RFC 9110, section 12.5.3).
///
/// Not compressed are:
///
/// - Answers of fewer than `least` bytes, and tiles of hashes: it would save nothing.
/// - Streams of events: gzip keeps bytes back until there are enough of them.
/// - Answers that hold a secret, which are those with a webhook's signing secret. Where an answer repeats what somebody sent beside a
///   secret, its compressed length tells how much of the secret was guessed (BREACH). Today these answers repeat nothing; that they
///   stay uncompressed needs no proof. Other answers of the API have no secret, and nobody but the holder of the token can have a
///   request sent, since no browser adds a bearer token by itself.
/// - Pages of the console, which are not answered here: a browser does add their cookie by itself, and their forms hold a token
///   against forgery.
struct AnswerCompression: Sendable {
    /// Bytes from which on it is worth while: fewer fit into one packet either way.
    static let least = 1_024

    private let isWanted: Bool

    /// - Parameter header: Accept-Encoding.
    init(acceptEncoding header: String?) { isWanted = Self.isGzipBest(header ?? "") }

    /// Whether gzip may be sent, and the client likes it at least as well as what is not compressed. A coding that is not named has
    /// the quality of `*`; without compression is always possible.
    static func isGzipBest(_ header: String) -> Bool {
        var gzip: Double?
        var identity: Double?
        var others: Double?
        for element in header.split(separator: ",").prefix(maximumCodings) {
            let parts = element.split(separator: ";").map { $0.trimming(" \t").lowercased() }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
            switch parts.first {
            case Gzip.coding, "x-gzip": gzip = max(gzip ?? 0, quality)
            case "identity": identity = quality
            case "*": others = quality
            default: break
            }
        }
        guard let quality = gzip ?? others, quality > 0 else { return false }
        return quality >= identity ?? 0
    }

    /// Codings of a header that are looked at.
    private static let maximumCodings = 20

    /// A body that is in memory.
    func body(_ bytes: ByteBuffer, _ headers: inout HTTPFields) -> ResponseBody {
        guard bytes.readableBytes >= Self.least else { return ResponseBody(byteBuffer: bytes) }
        headers.vary(on: .acceptEncoding)
        // Without memory for tables the answer is as good uncompressed.
        guard isWanted,
            let compressed = bytes.withUnsafeReadableBytes({ bytes in
                Result { () throws(GzipError) in try Gzip.compressed(bytes) }.success
            })
        else { return ResponseBody(byteBuffer: bytes) }
        headers[.contentEncoding] = Gzip.coding
        return ResponseBody(byteBuffer: ByteBuffer(bytes: compressed))
    }

    /// A body that is made as it is written, in pieces so large that a few of them kept back delay nobody.
    func body<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces, _ headers: inout HTTPFields) -> ResponseBody
    where Pieces.Element == ByteBuffer {
        headers.vary(on: .acceptEncoding)
        guard isWanted else { return ResponseBody(asyncSequence: pieces) }
        headers[.contentEncoding] = Gzip.coding
        return ResponseBody(asyncSequence: CompressedPieces(pieces: pieces))
    }
}

extension Result {
    fileprivate var success: Success? { try? get() }
}

extension HTTPFields {
    /// Says that another answer might come of another header (RFC 9110, section 12.5.5).
    mutating func vary(on name: HTTPField.Name) {
        let names = (self[.vary].map { [$0] } ?? []) + [name.rawName]
        self[.vary] = names.joined(separator: ", ")
    }
}

/// The same bytes as gzip.
private struct CompressedPieces<Pieces: AsyncSequence & Sendable>: AsyncSequence, Sendable where Pieces.Element == ByteBuffer {
    let pieces: Pieces

    struct AsyncIterator: AsyncIteratorProtocol {
        private enum State {
            case new
            case writing(GzipDeflater)
            case ended
        }

        private var pieces: Pieces.AsyncIterator
        private var state = State.new

        init(_ pieces: Pieces.AsyncIterator) { self.pieces = pieces }

        mutating func next() async throws -> ByteBuffer? {
            while true {
                switch state {
                case .new: state = .writing(try GzipDeflater())
                case .writing(let deflater):
                    var compressed = ByteBuffer()
                    if let piece = try await pieces.next() {
                        try piece.withUnsafeReadableBytes { bytes in try deflater.deflate(bytes) { compressed.writeBytes($0) } }
                    } else {
                        try deflater.finish { compressed.writeBytes($0) }
                        state = .ended
                    }
                    if compressed.readableBytes > 0 { return compressed }
                case .ended: return nil
                }
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(pieces.makeAsyncIterator()) }
}
