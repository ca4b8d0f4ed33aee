import Canonical
import EligibilityPolicy

/// An account of a request as one HTML page without anything from elsewhere, to be printed or made a PDF of.
public struct RequestReport: Sendable {
    private let account: RequestAccount
    private let checkpoint: SealedCheckpoint?

    /// - Parameter checkpoint: one that covers the request; nil where there is none yet.
    public init(_ account: RequestAccount, sealedBy checkpoint: SealedCheckpoint?) {
        self.account = account
        self.checkpoint = checkpoint
    }

    private static let style = """
        @page { size: A4; margin: 20mm }
        body { font: 11pt/1.45 system-ui, sans-serif; color: #111; max-width: 48em; margin: 2em auto; padding: 0 1em }
        h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 1.6em; break-after: avoid }
        table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .25em .6em .25em 0; border-bottom: 1px solid #ccc }
        tr { break-inside: avoid } .position, time, code { font: 9pt/1.5 ui-monospace, monospace; white-space: nowrap } code { white-space: pre-wrap; overflow-wrap: anywhere }
        """

    public var html: String {
        let title = Self.escaped("Share request \(account.request.id)")
        return """
            <!doctype html>
            <html lang="\(account.language)">
            <head><meta charset="utf-8"><title>\(title)</title><style>
            \(Self.style)
            </style></head>
            <body>
            <h1>\(title)</h1>
            <table>
            \(summary.map { "<tr><th scope=\"row\">\(Self.escaped($0.0))</th><td>\(Self.escaped($0.1))</td></tr>" }.joined(separator: "\n"))
            </table>
            <h2>Account</h2>
            <table>
            <tr><th scope="col">Position</th><th scope="col">Recorded (UTC)</th><th scope="col">What happened</th></tr>
            \(rows.joined(separator: "\n"))
            </table>
            <h2>Events</h2>
            <table>
            <tr><th scope="col">Position</th><th scope="col">Type, actor and leaf hash</th></tr>
            \(events.joined(separator: "\n"))
            </table>
            \(proof)
            </body>
            </html>

            """
    }

    private var summary: [(String, String)] {
        let request = account.request
        return [
            ("Requesting user", request.requester.rawValue), ("Device owner", request.owner.rawValue),
            ("Device", request.device.rawValue), ("State", request.state.rawValue),
            ("Submitted", request.submittedAt.description),
        ]
    }

    private var rows: [String] {
        var last: Position?
        return account.sentences.map { sentence in
            defer { last = sentence.position }
            let isFirst = sentence.position != last
            let time =
                "<time datetime=\"\(sentence.recordedAt)\">\(sentence.recordedAt.description.prefix(19).replacing("T", with: " "))</time>"
            return
                "<tr><td class=\"position\">\(isFirst ? "\(sentence.position)" : "")</td><td>\(isFirst ? time : "")</td><td>\(Self.escaped(sentence.text))</td></tr>"
        }
    }

    private var events: [String] {
        account.history.map { event in
            "<tr><td class=\"position\">\(event.position)</td><td>\(Self.escaped(event.type)), \(Self.escaped(event.actor ?? "?"))<br><code>\(event.leafHash)</code></td></tr>"
        }
    }

    private var proof: String {
        guard let checkpoint else { return "<p>These events are not sealed yet.</p>" }
        return """
            <h2>Proof</h2>
            <p>Events up to position \(checkpoint.size) were sealed by this checkpoint. An evidence file (<code>devshare audit export</code>) leads from the events above to its root.</p>
            <pre><code>\(Self.escaped(checkpoint.note))</code></pre>
            """
    }

    /// Text that came from outside never becomes markup, nor acts on the reader's display.
    static func escaped(_ text: String) -> String {
        text.withVisibleControls(keeping: ["\n"]).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            ">", with: "&gt;"
        ).replacing(
            "\"", with: "&quot;"
        )
        .replacing("'", with: "&#39;")
    }
}
