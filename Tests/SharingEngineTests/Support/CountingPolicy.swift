import EligibilityPolicy

@testable import SharingEngine

/// The bundled policy with counters, and with rules on them.
enum CountingPolicy {
    static let counters = """
          - id: entitySharings
            title: {en: Sharings of the entity, zh-Hant: 實體的共用, zh-Hans: 实体的共享}
            count: sharings
            of: owner-entity
            within: 30d
          - id: ownerSharings
            title: {en: Sharings of the owner now, zh-Hant: 擁有人現時的共用, zh-Hans: 拥有人现时的共享}
            count: sharings
            of: owner
          - id: rejections
            title: {en: Rejected requests, zh-Hant: 被拒絕的申請, zh-Hans: 被拒绝的申请}
            count: rejections
            of: requester-entity
            within: 1d
          - id: quietDays
            title: {en: Days since a device changed, zh-Hant: 裝置更改後的日數, zh-Hans: 设备更改后的天数}
            count: days-since-device-change
            of: owner
        """

    /// - Parameter limit: of `entitySharings`, beyond which a request is held.
    static func text(limit: Int = 2, version: String = "counting-1") throws -> String {
        try Installation.defaultPolicy().replacing(
            "\nrules:\n",
            with: """

                counters:
                \(counters)
                rules:
                  - id: few-sharings
                    title: {en: The entity shares little, zh-Hant: 實體很少共用, zh-Hans: 实体很少共享}
                    require: counter.entitySharings < \(limit) && counter.ownerSharings < 50
                    otherwise: review
                    error: device-widely-shared
                    parameters: {device: device.id, sharedWith: counter.entitySharings}
                  - id: few-rejections
                    title: {en: Few requests were rejected, zh-Hant: 很少申請被拒, zh-Hans: 很少申请被拒}
                    require: counter.rejections < 100 && counter.quietDays < 10000
                    otherwise: review
                    error: organization-involved

                """
        ).asPolicyVersion(version)
    }

    static func policy(limit: Int = 2) throws -> Policy { try Policy.load(text(limit: limit), file: "counting.yaml") }
}
