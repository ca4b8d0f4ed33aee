import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation

extension SharingEngine {
    /// How long a span can be.
    public static let maximumDeskSpan: Duration = .seconds(366 * 86_400)

    /// What compliance came to in a span of time, such as a day in somebody's zone. Throws `invalid-input`.
    public func deskReport(_ span: Range<Timestamp>) async throws -> DeskReport {
        guard span.upperBound.duration(since: span.lowerBound) <= Self.maximumDeskSpan else {
            throw SharingError.invalidInput(field: "span", problem: "must be of at most 366 days")
        }
        let noting = activePolicy?.rules.filter { $0.consequence == .note }.map(\.id) ?? []
        return try await DeskQueries(ledger: ledger, pool: pool).report(span, noting: noting)
    }
}

extension Range<Timestamp> {
    /// The day, in that zone, in which a moment falls. It has 23 or 25 hours where clocks are changed.
    public static func day(of moment: Timestamp, in zone: TimeZone) -> Range<Timestamp> {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let date = Date(timeIntervalSince1970: Double(moment.microseconds) / 1_000_000)
        let start = calendar.startOfDay(for: date)
        let next = calendar.date(byAdding: .day, value: 1, to: start) ?? start.addingTimeInterval(86_400)
        return Timestamp(start)..<Timestamp(calendar.startOfDay(for: next))
    }
}

extension Timestamp {
    fileprivate init(_ date: Date) { self.init(microseconds: Int64(date.timeIntervalSince1970.rounded()) * 1_000_000) }
}
