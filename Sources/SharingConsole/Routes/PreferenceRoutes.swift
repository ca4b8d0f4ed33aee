import EligibilityPolicy
import HTTPTypes

/// What readers prefer.
enum PreferenceRoutes {
    static let all = [language]

    private static let language = ConsoleRoute(method: .post, path: "/console/language", access: .open) { call in
        var answer = ConsoleAnswer.redirection(to: ConsoleRouteTable.localPage(call.form.text("to")))
        if let language = call.form.choice("language", of: Language.self) {
            answer.cookies.append(call.console.preferences.cookie(language))
        }
        return answer
    }
}
