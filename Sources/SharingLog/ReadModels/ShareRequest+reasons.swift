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

    /// Why it was held or rejected, as its row has it.
    package var listedReasons: ListedReasons {
        let codes = reasons.map(\.rawValue)
        let known = rejectionReason.map { reason in [reason] + codes.filter { $0 != reason } } ?? codes
        return ListedReasons(known: known, forPortals: codesForPortals)
    }
}

extension ShareRequestRow {
    /// Codes for which it was held or rejected, the primary one first.
    public var codes: [ReasonCode] { reasons.compactMap(ReasonCode.init(rawValue:)) }

    /// For which reason of the policy's list an officer rejected it. One that has the name of a code is among the codes.
    public var rejectionReason: String? { reasons.first { ReasonCode(rawValue: $0) == nil } }
}

extension Audience {
    /// The codes and the officer's reason of a row, as this audience is told.
    ///
    /// - Parameter officersReasons: the reasons that the policy lists for officers. One can have the name of a code, and such a
    ///   code of a request that was rejected after it had waited may be an officer's reason.
    public func disclosed(
        _ row: ShareRequestRow, officersReasons: Set<String>
    ) -> (codes: [String], rejection: String?) {
        let (codes, rejection) = (row.codes.map(\.rawValue), row.rejectionReason)
        guard !seesOfficers else { return (codes, rejection) }
        let isOfficers = row.state == .rejected && isOfficers(row, rejection, officersReasons)
        if let told = row.reasonsForPortals {
            // An officer's own reason is told apart; among the codes the neutral one has its place.
            let codes = told.map { ReasonCode(rawValue: $0) == nil ? Self.neutralReason.rawValue : $0 }
            return (codes, isOfficers ? told.first : nil)
        }
        guard isOfficers else { return (codes, nil) }
        let neutral = Self.neutralReason.rawValue
        return ([neutral] + (rejection == nil ? Array(codes.dropFirst()) : codes), neutral)
    }

    /// Whether an officer rejected the request of a row.
    private func isOfficers(_ row: ShareRequestRow, _ rejection: String?, _ officersReasons: Set<String>) -> Bool {
        if rejection != nil { return true }
        guard let decidedAt = row.decidedAt, decidedAt > row.submittedAt, let first = row.codes.first else { return false }
        return officersReasons.contains(first.rawValue)
    }
}
