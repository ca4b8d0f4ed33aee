import DeviceSharing

/// Every address of the console. None of them is part of the API document.
///
/// To add a page, say of devices:
///
/// 1. `Routes/DevicePages.swift`: an enum with `static let all: [ConsoleRoute]`, added below. A handler gathers what is shown and
///    returns `call.page("device", title: call.say("device.title"), ["serial": "X-1", "seen": …])`. The members of that JSON are
///    the names in the template; null and what is absent is shown by `{{^name}}…{{/name}}`, moments are `call.moment(timestamp)`
///    and stand in the template as `{{#seen}}{{>time}}{{/seen}}`.
/// 2. `Templates/device.mustache`: what stands inside `<main>`, beginning with the `<h1>`. Phrases are `{{t.device.serial}}`;
///    those with words to fill in come from the handler, `call.say("device.held", ["who": name])`. Everything is escaped.
/// 3. `Sources/Phrases/Texts/console.{en,zh-Hant,zh-Hans}.yaml`: a chapter `device` with the phrases. What is missing in one language, and what
///    a template names that is not there, is an error at the start.
/// 4. `menu: "devices"` in the route puts the page into the menu of whoever may see it; the words are `menu.devices`.
/// 5. A form: `<form method="post" action="…">{{>form}}…`, and a route made with `.form`. The handler reads `call.form`, carries
///    out `try await call.perform(.note(request, text: text))` and returns `call.back(to: "/console/…", done: call.say("…"))`. What
///    it throws becomes an error page in the reader's language with the way back. `call.attempt(returningTo:)` shows it on the page
///    that the form came from instead.
/// 6. A link to it from a page that others see too: `"device": call.link(to: DevicePages.device, at: "/console/…")`, and in the
///    template `{{#device}}<a href="{{device}}">…</a>{{/device}}{{^device}}…{{/device}}`.
enum ConsoleRouteTable {
    static let all: [ConsoleRoute] =
        QueuePages.all + RequestPages.all + RequestForms.all + NextPages.all + LeaseRoutes.all + DeskPages.all
        + TimelinePages.all + LogPages.all + PolicyPages.all + BacktestPages.all + SignInPages.all + PreferenceRoutes.all
        + AssetRoutes.all

    static let home = "/console"
    /// Who has pages to see.
    static let roles: [Role] = [.compliance, .auditor, .operator]

    /// Whether an address is one of the console's.
    static func contains(_ path: String) -> Bool { path == home || path.hasPrefix(home + "/") }

    /// An address to go to after something else was done: only pages of the console, whatever stands in a form.
    static func localPage(_ address: String?) -> String {
        guard let address, address.utf8.count <= 2_000, address.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x5C }),
            address == home || address.hasPrefix(home + "/") || address.hasPrefix(home + "?"), !address.contains("//")
        else { return home }
        return address
    }
}
