import Canonical
import EligibilityPolicy
import Foundation

/// What every page has around it: menu, languages, who is signed in.
struct PageFrame {
    let call: ConsoleCall
    let title: String
    /// Seconds after which the browser asks for the page again.
    var refreshAfter: Int?

    var json: JSONValue {
        .members([
            "title": .string(title), "language": .string(call.reader.language.rawValue),
            "zone": .string(call.reader.zone?.identifier ?? "UTC"), "assets": assets,
            "form": .string(call.session.formToken), "key": .string(UUID().uuidString.lowercased()),
            "address": .string(call.address), "menu": menu, "languages": languages, "who": who, "notice": notice,
            "refreshAfter": refreshAfter.map { .string(String($0)) }, "isDevelopment": .bool(call.console.isDevelopment),
        ])
    }

    private var who: JSONValue? {
        guard let principal = call.principal else { return nil }
        let roles = principal.roles.map { call.say("role.\($0.rawValue)") }.sorted()
        return ["name": .string(principal.subject), "roles": JSONValue(roles)]
    }

    private var notice: JSONValue? {
        guard let notice = call.notice else { return nil }
        return .members([
            "kind": .string(notice.kind.rawValue), "isProblem": .bool(notice.kind == .problem),
            "text": .string(notice.text), "advice": notice.advice.map { .string($0) },
        ])
    }

    private var assets: JSONValue {
        var addresses = JSONObject()
        for (name, address) in call.console.assets.addresses { addresses[name] = .string(address) }
        return .object(addresses)
    }

    /// The pages for the person's roles.
    private var menu: JSONValue {
        .array(
            ConsoleRouteTable.all.compactMap { route in
                guard let key = route.menu, call.role(on: route) != nil else { return nil }
                return [
                    "address": .string(route.path), "label": .string(call.say("menu.\(key)")),
                    "isCurrent": .bool(route.path == call.route?.path),
                ]
            })
    }

    private var languages: JSONValue {
        .array(
            Language.allCases.map { language in
                [
                    "tag": .string(language.rawValue), "name": .string(Self.name(language)),
                    "isCurrent": .bool(language == call.reader.language),
                ]
            })
    }

    /// In itself, whatever the page's language.
    private static func name(_ language: Language) -> String {
        switch language {
        case .english: "English"
        case .traditionalChinese: "繁體中文"
        case .simplifiedChinese: "简体中文"
        }
    }
}
