import Canonical

/// Moments that the directory reports: they are past, as nearly as the clocks of two machines agree.
enum DirectoryMoment {
    /// Throws `invalid-input` for a moment that is further ahead than ``OwnerConsent/clockTolerance``.
    static func check(_ moment: Timestamp, field: String, at now: Timestamp) throws(SharingError) {
        guard moment <= now.advanced(by: OwnerConsent.clockTolerance) else {
            throw .invalidInput(field: field, problem: "is in the future")
        }
    }
}
