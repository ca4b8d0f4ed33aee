import CEL

/// Parts of the calendar at a moment, worked out of it in whole numbers.
extension SMTTranslation {
    /// 2100 began then, in seconds since 1970. After it, zones keep their last rule, and 400 years repeat.
    private static let repeatsFrom: Int64 = 4_102_444_800
    private static let period: Int64 = 146_097 * 86_400

    func calendar(_ part: CalendarPart, _ moment: SMTTerm, zone: String?) -> SMTValue? {
        let zone = zone == "" || zone == "UTC" ? nil : zone
        // A zone that is none fails at every moment.
        guard let start = CELTimestamp(checkingSeconds: 0), world.zones.offset(of: zone, at: start) != nil else {
            return single(.failure)
        }
        let second = terms.floor(moment, 1_000_000_000 / unit)
        guard let local = local(second, zone) else { return nil }
        return single(.integer(value(of: part, local)))
    }

    /// Seconds of the clock and calendar that a zone has at a second of UTC; nil where the zone changes too often.
    private func local(_ second: SMTTerm, _ zone: String?) -> SMTTerm? {
        guard let zone else { return second }
        guard let stretches = stretches(of: zone) else { return nil }
        guard stretches.count > 1 else { return terms.sum([second, terms.number(Int128(stretches[0].offset))]) }
        var like = second
        if let last = stretches.last, last.from > Self.repeatsFrom {
            let start = terms.number(Int128(Self.repeatsFrom))
            like = terms.choice(
                terms.isLess(second, start), second,
                terms.sum([start, terms.rest(terms.difference(second, start), Int128(Self.period))]))
        }
        return terms.sum([second, offset(at: like, stretches[...])])
    }

    /// By halving, so that the term is not deep.
    private func offset(at second: SMTTerm, _ stretches: ArraySlice<(from: Int64, offset: Int64)>) -> SMTTerm {
        guard stretches.count > 1 else { return terms.number(Int128(stretches.first?.offset ?? 0)) }
        let middle = stretches.startIndex + stretches.count / 2
        return terms.choice(
            terms.isLess(second, terms.number(Int128(stretches[middle].from))), offset(at: second, stretches[..<middle]),
            offset(at: second, stretches[middle...]))
    }

    /// From when on a zone is how far east of UTC.
    private func stretches(of zone: String) -> [(from: Int64, offset: Int64)]? {
        var stretches: [(from: Int64, offset: Int64)] = []
        var second = CELTimestamp.earliestSecond
        while second < Self.repeatsFrom + Self.period, let moment = CELTimestamp(checkingSeconds: second),
            let (offset, until) = world.zones.offset(of: zone, at: moment)
        {
            if stretches.last?.offset != offset { stretches.append((second, offset)) }
            guard stretches.count < 4_000 else { return nil }
            second = until
        }
        return stretches.isEmpty ? nil : stretches
    }

    private func value(of part: CalendarPart, _ local: SMTTerm) -> SMTTerm {
        let days = terms.floor(local, 86_400)
        let ofDay = terms.rest(local, 86_400)
        switch part {
        case .hours: return terms.floor(ofDay, 3_600)
        case .minutes: return terms.floor(terms.rest(local, 3_600), 60)
        case .seconds: return terms.rest(local, 60)
        case .dayOfWeek: return terms.rest(terms.sum([days, terms.number(4)]), 7)
        case .year: return year(days).year
        case .dayOfYear: return year(days).dayOfYear
        case .month: return month(days).month
        case .dayOfMonth: return month(days).day
        case .date: return terms.sum([month(days).day, terms.number(1)])
        }
    }

    /// The year is a constant, bound to be the one in which the day is.
    private func year(_ days: SMTTerm) -> (year: SMTTerm, dayOfYear: SMTTerm, isLeap: SMTTerm) {
        let name = "year.of.\(days.place)"
        let isNew = !isDeclared(name)
        let year = constant(name, "Int", "The year of a moment, as the calendar of a time zone has it.")
        let before = terms.difference(year, terms.number(1))
        let start = terms.sum([
            terms.product(365, before), terms.floor(before, 4), terms.difference(terms.number(0), terms.floor(before, 100)),
            terms.floor(before, 400), terms.number(-719_162),
        ])
        let zero = terms.number(0)
        let isLeap = terms.all([
            terms.isEqual(terms.rest(year, 4), zero),
            terms.any([terms.not(terms.isEqual(terms.rest(year, 100), zero)), terms.isEqual(terms.rest(year, 400), zero)]),
        ])
        let dayOfYear = terms.difference(days, start)
        if isNew {
            require(
                terms.all([
                    terms.isAtMost(zero, dayOfYear),
                    terms.isLess(dayOfYear, terms.choice(isLeap, terms.number(366), terms.number(365))),
                ]), "A day is one of its year, which begins as many days after 1970 as the years before it have.")
        }
        return (year, dayOfYear, isLeap)
    }

    /// Both counted from 0.
    private func month(_ days: SMTTerm) -> (month: SMTTerm, day: SMTTerm) {
        let (_, dayOfYear, isLeap) = year(days)
        let lengths: [Int128] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30]
        // The day on which each month begins: from March on, a day later in a leap year.
        var starts: [SMTTerm] = [terms.number(0)]
        var sum: Int128 = 0
        for (number, length) in lengths.enumerated() {
            sum += length
            starts.append(
                number == 0 ? terms.number(sum) : terms.choice(isLeap, terms.number(sum + 1), terms.number(sum)))
        }
        var (month, day) = (terms.number(0), dayOfYear)
        for (number, start) in starts.enumerated().dropFirst() {
            let hasBegun = terms.isAtMost(start, dayOfYear)
            month = terms.choice(hasBegun, terms.number(Int128(number)), month)
            day = terms.choice(hasBegun, terms.difference(dayOfYear, start), day)
        }
        return (month, day)
    }
}
