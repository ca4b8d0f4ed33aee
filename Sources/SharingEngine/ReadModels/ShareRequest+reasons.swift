import DeviceSharing
import EligibilityPolicy

extension ShareRequest {
    /// For which reason of the policy's list an officer rejected it.
    public var rejectionReason: String? {
        if case .rejected(let rejection, _) = status { rejection.reason } else { nil }
    }

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
