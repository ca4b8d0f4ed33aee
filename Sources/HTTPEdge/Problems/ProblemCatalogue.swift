import Canonical
import DeviceSharing
import EligibilityPolicy

/// What every error code means, as JSON: for programs that show errors in words of the reader's language without asking for each.
package enum ProblemCatalogue {
    /// All codes, in the order of the pages.
    package static func list(_ words: Words) -> JSONValue {
        ["items": .array(ProblemDetails.Code.all.map { entry($0, words) })]
    }

    /// One code: its texts in the reader's language, and in all of them by their tags.
    package static func entry(_ code: ProblemDetails.Code, _ words: Words) -> JSONValue {
        let own = texts(of: code, words)
        return .members([
            "code": .string(code.rawValue), "type": .string(code.page), "status": .integer(Int64(code.status.code)),
            "title": .string(own.title), "detail": .string(own.detail), "advice": .string(own.advice),
            "parameters": .array(
                code.parameters.map {
                    ["name": .string($0.name), "kind": .string($0.kind.rawValue), "description": .string($0.documentation)]
                }),
            "texts": .object(
                .of(
                    Language.allCases.map { language in
                        let text = texts(of: code, Words(language: language, messages: words.messages, catalog: words.catalog))
                        return (
                            language.rawValue,
                            ["title": .string(text.title), "detail": .string(text.detail), "advice": .string(text.advice)]
                        )
                    })),
        ])
    }

    /// Texts in which each parameter has its name, where a real answer has its value: `‹name›`.
    static func texts(of code: ProblemDetails.Code, _ words: Words) -> (title: String, detail: String, advice: String) {
        words.text(of: code, ErrorParameters(code.parameters.map { ($0.name, placeholder($0)) }))
    }

    private static func placeholder(_ parameter: ErrorParameter) -> ParameterValue {
        let name = "‹\(parameter.name)›"
        return parameter.kind.accepts(.strings([name])) ? .strings([name]) : .string(name)
    }
}

extension ProblemDetails.Code {
    /// What its texts have places for.
    var parameters: [ErrorParameter] {
        switch self {
        case .service: []
        case .sharing(let code): code.parameters
        }
    }
}

extension ObjectSchema {
    private static let problemText = ObjectSchema(
        "ProblemText", "An error in words of one language.",
        [
            .required("title", .string(.text(1...200)), "What is wrong, in a few words."),
            .required("detail", .string(.text(1...4_000)), "What is wrong, as a sentence."),
            .required("advice", .string(.text(0...4_000)), "What to do about it."),
        ])

    package static let problemEntry = ObjectSchema(
        "ProblemEntry",
        "What an error code means. Where an answer has the value of a parameter, the texts have its name, such as ‹device›.",
        [
            .required("code", .string(.printable(1...64)), "The stable code."),
            .required("type", .string(.printable(1...100)), "The `type` of answers with it; leads here."),
            .required("status", .integer(400...599), "The HTTP status of answers with it."),
        ] + problemText.members + [
            .required(
                "parameters",
                .array(
                    .object(
                        ObjectSchema(
                            "ProblemParameter", "A parameter of an error code.",
                            [
                                .required("name", .string(.printable(1...64)), "Its name in `parameters` of an answer."),
                                .required(
                                    "kind", .string(.printable(1...64)), "What it holds, such as identifier, integer, texts."),
                                .required("description", .string(.text(1...400)), "What it holds, in words."),
                            ])), limit: 20), "The parameters of answers with it."),
            .required(
                "texts",
                .object(
                    ObjectSchema(
                        "ProblemTexts", "The texts by language.",
                        Language.allCases.map { .required($0.rawValue, .object(problemText), "In \($0.rawValue).") })),
                "The same in every language."),
        ])

    package static let problemList = ObjectSchema(
        "ProblemList", "Every error code.",
        [.required("items", .array(.object(problemEntry), limit: 1_000), "The codes.")])
}
