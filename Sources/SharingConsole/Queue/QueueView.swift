import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// The queue as its page shows it.
struct QueueView {
    let call: ConsoleCall
    let now: Timestamp

    /// A request that has this much of its time left is urgent, and this little almost lost.
    private static let (urgent, last) = (0.25, 0.1)

    /// Kinds of the rows' devices must be known.
    /// - Parameter isChanged: whether it takes the place of a row that somebody looks at.
    func row(_ row: ShareRequestRow, kinds: [DeviceID: DeviceKindID], isChanged: Bool = false) -> JSONValue {
        let claim = row.claim(at: now)
        let isOfficer = call.role == .compliance
        let isPending = row.state == .compliancePending
        let short = Self.short(row.request)
        return .members([
            "id": .string(row.request.description), "short": .string(short),
            "address": .string("/console/requests/\(row.request)"),
            "requester": .string(row.requester.rawValue),
            "owner": .string(row.owner.rawValue), "device": device(row.device, kinds[row.device]),
            "reasons": JSONValue(row.reasons.map { call.title(ofReason: $0) }), "submitted": call.moment(row.submittedAt),
            "age": .string(call.span(now.duration(since: row.submittedAt))), "deadline": deadline(row),
            "isChanged": .bool(isChanged), "isEscalated": .bool(row.escalatedAt != nil), "approvals": approvals(row),
            "endorsed": endorsed(row),
            "claim": claim.flatMap(self.claim), "decided": decided(row), "mayAct": .bool(isOfficer),
            "mayClaim": .bool(isOfficer && isPending && claim == nil),
            "mayRelease": .bool(isOfficer && claim?.officer == call.officer),
            "mayChoose": .bool(isOfficer && isPending),
            "chooseLabel": .string(call.say("queue.choose", ["request": short])),
        ])
    }

    private func claim(_ claim: (officer: String, until: Timestamp)) -> JSONValue? {
        .members([
            "officer": .string(claim.officer), "until": call.moment(claim.until),
            "isMine": .bool(claim.officer == call.officer),
        ])
    }

    /// Where two officers must approve: how many have.
    private func approvals(_ row: ShareRequestRow) -> JSONValue? {
        guard row.approvalsRequired > 1 else { return nil }
        let given = row.endorsedBy == nil ? "0" : "1"
        return .string(
            call.say("queue.approvals", ["given": given, "needed": String(row.approvalsRequired)]))
    }

    private func endorsed(_ row: ShareRequestRow) -> JSONValue? {
        row.endorsedBy.map { .string(call.say("queue.endorsed", ["officer": $0])) }
    }

    private func decided(_ row: ShareRequestRow) -> JSONValue? {
        guard row.state != .compliancePending else { return nil }
        return .string(call.words.messages.name(ofState: row.state.rawValue, in: call.reader.language))
    }

    /// Enough of an identifier to tell requests on a page apart: its end, since those of one day begin alike.
    static func short(_ request: ShareRequestID) -> String { String(request.description.suffix(8)) }

    private func device(_ id: DeviceID, _ kind: DeviceKindID?) -> JSONValue {
        let known = kind.flatMap { call.words.catalog[$0] }
        return .members([
            "id": .string(id.rawValue),
            "kind": (known?.title[call.reader.language] ?? kind?.rawValue).map { .string($0) },
            "level": known.map { .string(call.say("queue.level", ["level": $0.level.description])) },
        ])
    }

    private func deadline(_ row: ShareRequestRow) -> JSONValue? {
        guard row.state == .compliancePending, let expiresAt = row.expiresAt else { return nil }
        let whole = expiresAt.duration(since: row.submittedAt)
        let left = expiresAt.duration(since: now)
        let share = whole > .zero ? min(max(left / whole, 0), 1) : 0
        return .members([
            "moment": call.moment(expiresAt), "left": .string(call.span(left)),
            "share": .string(String(Int((share * 100).rounded()))),
            "tone": .string(share < Self.last ? "bad" : share < Self.urgent ? "warn" : ""),
        ])
    }

    // MARK: Around the table

    /// The quick filters, with how many requests each shows.
    func tabs(_ query: QueueQuery, _ counts: QueueCounts) -> JSONValue {
        func tab(
            _ key: String, _ count: CappedCount?, isCurrent: Bool, _ change: (inout QueueQuery) -> Void
        ) -> JSONValue {
            .members([
                "label": .string(call.say("queue.tab-\(key)")), "count": count.map { .string($0.text) },
                "isCurrent": .bool(isCurrent), "address": .string(query.with(change).address),
            ])
        }
        return [
            tab("all", counts.pending, isCurrent: query.claim == nil && !query.isEscalated) {
                $0.claim = nil
                $0.isEscalated = false
            },
            tab("nobody", counts.unclaimed, isCurrent: query.claim == .nobody) {
                ($0.claim, $0.isEscalated) = (.nobody, false)
            },
            tab("mine", counts.mine, isCurrent: query.claim == .mine) {
                ($0.claim, $0.isEscalated) = (.mine, false)
            },
            tab("others", nil, isCurrent: query.claim == .others) {
                ($0.claim, $0.isEscalated) = (.others, false)
            },
            tab("escalated", counts.escalated, isCurrent: query.isEscalated) {
                ($0.claim, $0.isEscalated) = (nil, true)
            },
        ]
    }

    /// The reasons for which the policy in force holds requests, to choose from.
    func reasons(_ chosen: ReasonCode?) -> JSONValue {
        let held =
            call.engine.activePolicy?.rules.filter { $0.consequence == .review }.map(\.code) ?? []
        let codes = Set(held + (chosen.map { [$0] } ?? []))
        let titled = codes.map { ($0, call.title(of: $0)) }
            .sorted { $0.1 < $1.1 }
        return .array(
            titled.map { code, title in
                [
                    "code": .string(code.rawValue), "title": .string(title),
                    "isChosen": .bool(code == chosen),
                ]
            })
    }

    func orders(_ chosen: QueueFilter.Order) -> JSONValue {
        .array(
            QueueFilter.Order.allCases.map { order in
                [
                    "value": .string(order.rawValue),
                    "title": .string(call.say("queue.order-\(order.rawValue)")),
                    "isChosen": .bool(order == chosen),
                ]
            })
    }

    /// The reasons for which an officer may reject.
    var rejectionReasons: JSONValue {
        .array(
            (call.engine.activePolicy?.rejectionReasons ?? []).map { reason in
                ["id": .string(reason.id.rawValue), "title": .string(reason.title[call.reader.language])]
            })
    }
}

extension ShareRequestRow {
    /// Who works on it; nil where nobody does any more.
    func claim(at now: Timestamp) -> (officer: String, until: Timestamp)? {
        guard state == .compliancePending, let claimedBy, let claimedUntil, now < claimedUntil else {
            return nil
        }
        return (claimedBy, claimedUntil)
    }
}

extension CappedCount {
    /// `12`, or `1,000+`.
    var text: String {
        let digits = String(value)
        let grouped = digits.count > 3 ? digits.dropLast(3) + "," + digits.suffix(3) : digits[...]
        return grouped + (isCapped ? "+" : "")
    }
}
