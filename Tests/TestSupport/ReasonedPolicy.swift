/// The bundled policy with reasons of its own, each given by a rule that looks at the requester's name.
package enum ReasonedPolicy {
    /// What a portal must never see, whatever it asks: codes and texts of reasons that are not disclosed.
    package static let secrets = [
        "policy.watched", "The user is watched", "用戶受監察", "用户受监察", "Ask the fraud desk", "policy.alike", "Much like a busy line",
        "與線路繁忙相似",
        "与线路繁忙相似", "police-inquiry", "The police asked", "警方查詢", "警方查询", "card-copied", "The card was copied", "裝置卡被複製",
        "设备卡被复制",
    ]

    /// - Parameters:
    ///   - bundled: the text of the bundled policy.
    ///   - version: its version.
    ///   - title: the English title of `policy.busy`.
    package static func text(_ bundled: String, version: String = "2026.5", title: String = "The line is busy") -> String {
        bundled.replacing("version: \"2026.3\"", with: "version: \"\(version)\"")
            .replacing("\nrules:\n", with: "\n\(reasons(title))\nrules:\n\(rules)\n") + rejectionReasons
    }

    private static func reasons(_ title: String) -> String {
        """
        reasons:
          - id: policy.watched
            title: {en: The user is watched, zh-Hant: 用戶受監察, zh-Hans: 用户受监察}
            message: {en: "User {user} is watched.", zh-Hant: "用戶 {user} 受監察。", zh-Hans: "用户 {user} 受监察。"}
            advice: {en: Ask the fraud desk., zh-Hant: 請詢問反詐騙組。, zh-Hans: 请询问反诈骗组。}
            parameters: {user: identifier}
            disclosedAs: nothing
          - id: policy.alike
            title: {en: Much like a busy line, zh-Hant: 與線路繁忙相似, zh-Hans: 与线路繁忙相似}
            message: {en: "{user} and {owner} are alike.", zh-Hant: "{user} 與 {owner} 相似。", zh-Hans: "{user} 与 {owner} 相似。"}
            advice: {en: Look at both., zh-Hant: 請查看兩者。, zh-Hans: 请查看两者。}
            parameters: {user: identifier, owner: identifier}
            disclosedAs: policy.busy
          - id: policy.busy
            title: {en: \(title), zh-Hant: 線路繁忙, zh-Hans: 线路繁忙}
            message: {en: "The line of {user} is busy.", zh-Hant: "{user} 的線路繁忙。", zh-Hans: "{user} 的线路繁忙。"}
            advice: {en: Try again in an hour., zh-Hant: 請於一小時後再試。, zh-Hans: 请于一小时后再试。}
            parameters: {user: identifier}
            disclosedAs: itself
          - id: policy.papers
            title: {en: Papers are missing, zh-Hant: 欠缺文件, zh-Hans: 缺少文件}
            message: {en: A paper is missing., zh-Hant: 欠缺一份文件。, zh-Hans: 缺少一份文件。}
            advice: {en: Send the paper., zh-Hant: 請提交文件。, zh-Hans: 请提交文件。}
            disclosedAs: itself
        disclosures:
          user-closed: nothing
        """
    }

    private static func rule(_ name: String, error: String, parameters: String, more: String = "") -> String {
        """
          - id: not-\(name)
            title: {en: Not \(name), zh-Hant: 不屬於 \(name), zh-Hans: 不属于 \(name)}
            require: "!requester.id.startsWith('\(name)')"
            otherwise: review\(more)
            error: \(error)
            parameters: {\(parameters)}

        """
    }

    private static let rules =
        rule("watched", error: "policy.watched", parameters: "user: requester.id", more: "\n    approvals: 2")
        + rule("alike", error: "policy.alike", parameters: "user: requester.id, owner: owner.id")
        + rule("busy", error: "policy.busy", parameters: "user: requester.id")
        + rule("barred", error: "user-closed", parameters: "user: requester.id").replacing(
            "otherwise: review", with: "otherwise: reject")

    private static let rejectionReasons = """
          - id: police-inquiry
            title: {en: The police asked, zh-Hant: 警方查詢, zh-Hans: 警方查询}
            disclosedAs: nothing
          - id: card-copied
            title: {en: The card was copied, zh-Hant: 裝置卡被複製, zh-Hans: 设备卡被复制}
            disclosedAs: policy.papers
          - id: papers-expired
            title: {en: A paper has expired, zh-Hant: 文件已過期, zh-Hans: 文件已过期}
            disclosedAs: itself

        """
}
