import DeviceSharing
import EligibilityPolicy

/// What every error code means, as pages that `type` in an answer leads to.
package enum ProblemPage {
    /// All codes.
    package static func list(_ words: Words) -> HTMLPage {
        let rows = ProblemDetails.Code.all.map { code in
            "<tr><td><a href=\"\(code.page)\"><code>\(code.rawValue)</code></a></td><td>\(title(code, words).htmlEscaped)</td></tr>\n"
        }
        return HTMLPage(
            title: "Problems", language: words.language.rawValue,
            body: "<h1>Problems</h1>\n<table>\n\(rows.joined())</table>\n")
    }

    /// One code.
    package static func page(_ code: ProblemDetails.Code, _ words: Words) -> HTMLPage {
        var html = "<h1>\(title(code, words).htmlEscaped)</h1>\n<p><code>\(code.rawValue)</code></p>\n"
        let text = ProblemCatalogue.texts(of: code, words)
        html += "<p>\(text.detail.htmlEscaped)</p>\n<p>\(text.advice.htmlEscaped)</p>\n"
        let rows = code.parameters.map {
            "<tr><td><code>\($0.name)</code></td><td>\($0.documentation.htmlEscaped)</td></tr>\n"
        }
        if !rows.isEmpty { html += "<table>\n\(rows.joined())</table>\n" }
        return HTMLPage(title: code.rawValue, language: words.language.rawValue, body: html)
    }

    private static func title(_ code: ProblemDetails.Code, _ words: Words) -> String {
        words.text(of: code, .none).title
    }
}
