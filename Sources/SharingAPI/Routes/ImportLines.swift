import HTTPEdge
import NIOCore

/// The lines of an import that are not empty, each with its number, as the bytes that came. A byte order mark before the first
/// one is passed over, as RFC 8259, section 8.1 lets readers do.
struct ImportLines: Sequence, Sendable {
    struct Line {
        /// From 1, empty lines counted.
        let number: Int
        /// Without the line feed; a carriage return before it is white space to JSON.
        let bytes: ByteBufferView
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let bytes: ByteBufferView

    init(_ buffer: ByteBuffer) {
        let all = buffer.readableBytesView
        bytes = all.starts(with: Self.byteOrderMark) ? all.dropFirst(Self.byteOrderMark.count) : all
    }

    /// The numbers of the lines that are not empty. Throws `too-many-lines`.
    func numbers(limit: Int) throws(ProblemDetails) -> [Int] {
        var numbers: [Int] = []
        for line in self {
            guard numbers.count < limit else { throw ProblemDetails(.tooManyLines) }
            numbers.append(line.number)
        }
        return numbers
    }

    func makeIterator() -> Iterator { Iterator(rest: bytes) }

    struct Iterator: IteratorProtocol {
        fileprivate var rest: ByteBufferView
        private var number = 0

        fileprivate init(rest: ByteBufferView) { self.rest = rest }

        mutating func next() -> Line? {
            while !rest.isEmpty {
                number += 1
                let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
                let line = rest[rest.startIndex..<end]
                rest = end < rest.endIndex ? rest[(end + 1)...] : rest[rest.endIndex...]
                if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) { return Line(number: number, bytes: line) }
            }
            return nil
        }
    }
}
