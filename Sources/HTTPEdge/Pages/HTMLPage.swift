import Canonical

/// A page for people: no scripts, one style sheet of our own.
package struct HTMLPage: Sendable {
    let title: String
    let language: String
    /// HTML.
    let body: String

    package init(title: String, language: String, body: String) {
        self.title = title
        self.language = language
        self.body = body
    }

    /// The page as the server answers it.
    package var text: String { text(style: "<link rel=\"stylesheet\" href=\"/docs/style.css\">") }

    /// The page as a file of its own.
    package var standalone: String { text(style: "<style>\n\(Self.style)</style>") }

    private func text(style: String) -> String {
        """
        <!doctype html>
        <html lang="\(language)">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title.htmlEscaped)</title>
        \(style)
        </head>
        <body>
        <main>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    package static let mediaType = "text/html; charset=utf-8"

    package static let style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        h1, h2, h3 { line-height: 1.2; }
        h2 { margin-top: 3rem; border-bottom: 1px solid; }
        code { font: 0.9em ui-monospace, monospace; }
        table { border-collapse: collapse; width: 100%; margin: 0.5rem 0 1rem; }
        th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #8885; }
        .method { font-weight: bold; }
        .roles { opacity: 0.75; }

        """
}

extension String {
    /// As text or an attribute's value in HTML.
    package var htmlEscaped: String {
        withVisibleControls(keeping: ["\n", "\t"]).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
            ">", with: "&gt;"
        ).replacing(
            "\"", with: "&quot;")
    }
}
