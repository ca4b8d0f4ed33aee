import DeviceSharing
import EligibilityPolicy

extension ShareRequest {
    /// How it was rejected; nil where it was not.
    public var rejection: Rejection? {
        if case .rejected(let rejection, _) = status { rejection } else { nil }
    }

    /// Why its sharing ended; nil where it did not.
    public var endReason: EndReason? {
        if case .ended(let reason, _, _) = status { reason } else { nil }
    }

    /// For which reason of the policy's list an officer rejected it.
    public var rejectionReason: String? { rejection?.reason }

    /// Why it was held or rejected, as its row has it: an officer's reason before the codes of the rules, which the officer knew.
    package var listedReasons: [String] {
        let codes = reasons.map(\.rawValue)
        guard let rejectionReason else { return codes }
        return [rejectionReason] + codes.filter { $0 != rejectionReason }
    }
}

extension ShareRequestRow {
    /// Codes for which it was held or rejected, the primary one first.
    public var codes: [SharingErrorCode] { reasons.compactMap(SharingErrorCode.init(rawValue:)) }

    /// For which reason of the policy's list an officer rejected it. One that has the name of a code is among the codes.
    public var rejectionReason: String? { reasons.first { SharingErrorCode(rawValue: $0) == nil } }
}

extension Audience {
    /// The codes and the officer's reason of a row, as this audience is told.
    ///
    /// - Parameter officersReasons: the reasons that the policy lists for officers. One can have the name of a code, and such a
    ///   code of a request that was rejected after it had waited may be an officer's reason.
    public func disclosed(
        _ row: ShareRequestRow, officersReasons: Set<String>
    ) -> (codes: [SharingErrorCode], rejection: String?) {
        let (codes, rejection) = (row.codes, row.rejectionReason)
        guard row.state == .rejected, reason(for: Rejection(by: .compliance, reason: rejection)) != rejection else {
            return (codes, rejection)
        }
        let neutral = Self.neutralReason
        if rejection != nil { return ([neutral] + codes, neutral.rawValue) }
        guard let decidedAt = row.decidedAt, decidedAt > row.submittedAt, let first = codes.first,
            officersReasons.contains(first.rawValue)
        else { return (codes, nil) }
        return ([neutral] + codes.dropFirst(), neutral.rawValue)
    }
}
