/// One event of a stream (WHATWG HTML, section 9.2.6).
struct ServerSentEvent: Hashable, Sendable {
    var id: String?
    var event = "message"
    var data = ""
}

/// Makes events of a stream's bytes, as they come.
struct ServerSentEventReader: Sendable {
    /// Bytes of one line, at most; a longer one is dropped with its event.
    private static let maximumLineLength = 16 << 20

    private var line: [UInt8] = []
    private var current = ServerSentEvent()
    private var hasData = false
    private var isTooLong = false

    /// The events that these bytes complete. Lines end with LF or CRLF.
    mutating func read(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < Self.maximumLineLength { line.append(byte) } else { isTooLong = true }
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            let text = String(decoding: line, as: UTF8.self)
            line.removeAll(keepingCapacity: true)
            if let event = take(text) { events.append(event) }
        }
        return events
    }

    private mutating func take(_ line: String) -> ServerSentEvent? {
        guard !line.isEmpty else {
            defer { (current, hasData, isTooLong) = (ServerSentEvent(), false, false) }
            return hasData && !isTooLong ? current : nil
        }
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.first == " " { value = value.dropFirst() }
        switch parts[0] {
        case "id": current.id = String(value)
        case "event": current.event = String(value)
        case "data":
            current.data += (hasData ? "\n" : "") + value
            hasData = true
        // A comment, or what later versions may add.
        default: break
        }
        return nil
    }
}
