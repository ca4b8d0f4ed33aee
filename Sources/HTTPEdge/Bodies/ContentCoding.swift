import Gzip
import HTTPTypes

/// How the body of a request is coded (RFC 9110, section 8.4).
enum ContentCoding: Sendable {
    case identity
    case gzip

    /// Bytes that the tables take while a body of this coding arrives.
    var tables: Int {
        switch self {
        case .identity: 0
        case .gzip: GzipInflater.memory
        }
    }

    /// Throws `content-coding-unsupported` for another coding, and for several one over the other.
    init(_ headers: HTTPFields) throws(ProblemDetails) {
        let codings = (headers[.contentEncoding] ?? "").split(separator: ",").map { $0.trimming(" \t").lowercased() }
        switch codings.filter({ !$0.isEmpty && $0 != "identity" }) {
        case []: self = .identity
        // The older name (RFC 9110, section 8.4.1.3).
        case [Gzip.coding], ["x-gzip"]: self = .gzip
        default:
            // What is taken is said in the answer (RFC 9110, section 12.5.3).
            throw ProblemDetails(.contentCodingUnsupported, headers: [.acceptEncoding: Gzip.coding])
        }
    }
}
