import CEL

/// Looks for moments whose parts of the calendar are as they are assumed to be.
struct CalendarWalk {
    /// A part of the calendar at the moment plus a constant.
    private struct Part {
        let variable: Int
        /// The number of which it is a part, in nanoseconds.
        let moment: Linear
        let part: CalendarPart
        let zone: String?
    }

    private let world: World
    private let moment: Int
    private let parts: [Int: Part]
    /// Inequalities over parts of this moment only, besides variables that have values.
    private let inequalities: [Inequality]
    private let values: [Int: Int128]

    /// Changes of a calendar that are followed before the walk is given up: enough for each day that a condition on months lets
    /// through, over three periods of the calendar.
    private static let maximumChanges = 60_000
    /// 400 years, after which the calendar is the same again, weekdays included; in microseconds.
    private static let period: Int128 = 146_097 * 86_400_000_000
    /// The years 1800 and 2100. Before the first, zones keep the mean time of their place; after the second, their last rule.
    private static let (firstChanges, lastChanges): (Int128, Int128) = (-5_364_662_400_000_000, 4_102_444_800_000_000)

    /// - Parameter values: of variables that have been chosen.
    init(world: World, moment: Int, inequalities: [Inequality], values: [Int: Int128]) {
        self.world = world
        self.moment = moment
        self.values = values
        var parts: [Int: Part] = [:]
        for variable in Set(inequalities.flatMap { $0.terms.map(\.variable) }) {
            guard case .calendar(let number, let part, let zone) = world.numbers[variable], number.terms.count == 1,
                number.terms[0].variable == moment, number.terms[0].coefficient == 1_000
            else { continue }
            parts[variable] = Part(variable: variable, moment: number, part: part, zone: zone)
        }
        self.parts = parts
        self.inequalities = inequalities.filter { inequality in
            inequality.terms.contains { parts[$0.variable] != nil }
                && inequality.terms.allSatisfy { parts[$0.variable] != nil || values[$0.variable] != nil }
        }
    }

    var isEmpty: Bool { inequalities.isEmpty }

    /// The first moment of the range that fits, none where there is none; nil where the walk was given up.
    func first(from least: Int128, to most: Int128) -> Int128?? {
        var changes = 0
        for (start, end) in different(from: least, to: most) {
            var moment = start
            while moment <= end {
                world.steps += inequalities.count + 1
                guard world.steps <= world.maximumSteps else { return nil }
                guard let next = next(after: moment, changing: false) else { return .some(moment) }
                moment = max(moment + 1, next)
                changes += 1
                if changes > Self.maximumChanges { return nil }
            }
        }
        return .some(nil)
    }

    /// The stretches of a range that have every course of the calendar in it: all others are like one of these.
    private func different(from least: Int128, to most: Int128) -> [(Int128, Int128)] {
        guard !parts.values.contains(where: { $0.part == .year }) else { return [(least, most)] }
        guard parts.values.contains(where: { CalendarPart.mayChange($0.zone) }) else {
            return [(least, min(most, least + Self.period))]
        }
        // The parts may be those of a moment before or after this one.
        let shifts = parts.values.map { floorDivided($0.moment.constant, 1_000) }
        let (first, last) = (Self.firstChanges - (shifts.max() ?? 0) - 1, Self.lastChanges - (shifts.min() ?? 0))
        return [
            (least, min(most, first, least + Self.period)), (max(least, first), min(most, last)),
            (max(least, last), min(most, max(least, last) + Self.period)),
        ]
    }

    /// Moments that fit, at the beginnings and ends of the stretches that do, those near a moment first.
    func candidates(near preferred: Int128, from least: Int128, to most: Int128) -> [Int128] {
        var candidates: [Int128] = []
        for (start, end) in [(preferred, most), (least, min(preferred, most))] {
            var start = start
            for _ in 0..<3 {
                guard start <= end, case .some(.some(let found)) = first(from: start, to: end) else { break }
                let last = min(endOfStretch(from: found, to: end), end)
                for candidate in [found, last] where !candidates.contains(candidate) { candidates.append(candidate) }
                start = last + 1
            }
        }
        return candidates
    }

    /// The last moment before a part changes so that it does not fit any more, as far as that is looked for.
    private func endOfStretch(from start: Int128, to most: Int128) -> Int128 {
        var end = start
        for _ in 0..<64 {
            guard let change = next(after: end, changing: true) else { return most }
            end = change - 1
            guard change <= most, next(after: change, changing: false) == nil else { return min(end, most) }
            end = change
        }
        return end
    }

    /// Where the moment does not fit: the next that may. With `changing`: where the next part changes, whether it fits or not.
    /// In microseconds, as facts count them. Nil where the moment fits.
    private func next(after moment: Int128, changing: Bool) -> Int128? {
        var next: Int128?
        for inequality in inequalities where changing || !holds(inequality, at: moment) {
            var change: Int128?
            for term in inequality.terms {
                guard let part = parts[term.variable] else { continue }
                let own = self.change(of: part, after: moment)
                change = change.map { min($0, own) } ?? own
            }
            guard let change else { continue }
            // All that do not fit have to change; of those that fit, the first counts.
            next = next.map { changing ? min($0, change) : max($0, change) } ?? change
        }
        return next
    }

    private func change(of part: Part, after moment: Int128) -> Int128 {
        let nanoseconds = moment * 1_000 + part.moment.constant
        let second = floorDivided(nanoseconds, 1_000_000_000)
        guard let seconds = Int64(exactly: second), let stamp = CELTimestamp(checkingSeconds: seconds),
            let (offset, until) = world.zones.offset(of: part.zone, at: stamp)
        else { return moment + 1_000_000 }
        let next = Int128(min(part.part.secondOfNextChange(after: stamp, offset: offset), until))
        return max(moment + 1, ceilingDivided(next * 1_000_000_000 - part.moment.constant, 1_000))
    }

    private func holds(_ inequality: Inequality, at moment: Int128) -> Bool {
        var sum: Int128 = 0
        for term in inequality.terms {
            let value: Int128?
            if let part = parts[term.variable] {
                value = world.value(of: part.part, at: moment * 1_000 + part.moment.constant, part.zone)
            } else {
                value = values[term.variable]
            }
            guard let value else { return false }
            let (product, overflow) = value.multipliedReportingOverflow(by: term.coefficient)
            if overflow { return false }
            sum += product
        }
        return sum <= inequality.limit
    }
}
