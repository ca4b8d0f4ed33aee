import CEL
import Canonical
import EligibilityPolicy

/// Makes facts of what a path assumes.
struct ModelFinder {
    enum Outcome {
        case found(Facts)
        /// No facts satisfy it: that is proved.
        case impossible
        /// Neither was found out.
        case unknown
    }

    let world: World
    let path: Path
    /// Where facts are as plain as they can be.
    let plain: Facts

    /// Values tried for one question, and what that may cost.
    private static let maximumTries = 400
    private static let maximumSteps = 300_000
    /// Devices of a user: no list is longer than a person reads. Facts that need more are not made.
    private static let maximumDevices: Int128 = 2_000

    func find() -> Outcome {
        let texts: [TextVariable: String]
        switch TextSolver(path.texts.all, in: world, plain: { plainText($0) }, forbidden: { forbidden($0) }).solve() {
        case .none: return .impossible
        case .unknown: return .unknown
        case .found(let found): texts = found
        }
        var isUnknown = false
        for kind in askedKinds {
            switch numbers(asking: kind) {
            case .found(let numbers) where hasTooManyDevices(numbers): isUnknown = true
            case .found(let numbers): return .found(facts(numbers, texts, asking: kind))
            case .impossible: break
            case .unknown: isUnknown = true
            }
        }
        return isUnknown ? .unknown : .impossible
    }

    /// Kinds that the asked device may be of; the plainest first, and those apart that nothing tells apart.
    private var askedKinds: [Int] {
        let left = path.choices[.askedKind] ?? Array(world.kinds.indices)
        let usual = plain.owner.devices.first?.kind.rawValue
        return left.sorted { one, other in
            let first = world.kinds[one] == .named(usual ?? "")
            let second = world.kinds[other] == .named(usual ?? "")
            return first != second ? first : one < other
        }
    }

    // MARK: Numbers

    private enum Numbers {
        case found([Int: Int128])
        case impossible, unknown
    }

    private func numbers(asking kind: Int) -> Numbers {
        var path = path
        let asked = Form(terms: [.init(variable: world.devices(.owner, kind: kind), coefficient: 1)])
        path.forms[asked] = (path.forms[asked] ?? Bounds()).intersection(Bounds(least: 1, most: nil))
        path.choices[.askedKind] = [kind]
        let inequalities = Path.merged(path.inequalities(in: world), in: world)
        let system = InequalitySystem(inequalities, kept: movingMoments(inequalities))
        world.steps += inequalities.count + system.steps
        if system.isRefuted { return .impossible }
        guard !system.isTooLarge else { return .unknown }
        for stage in system.stages {
            if case .impossible = calendarIsImpossible(stage.variable, inequalities) { return .impossible }
        }
        var search = Assignment(finder: self, inequalities: inequalities, stages: system.stages.reversed())
        if search.assign(0) { return .found(search.values) }
        return .unknown
    }

    /// The moments that are chosen first: those of the request, then those of which a part of the calendar is asked for.
    private func movingMoments(_ inequalities: [Inequality]) -> [Int] {
        var moments: Set<Int> = []
        for variable in Set(inequalities.flatMap { $0.terms.map(\.variable) }) {
            guard case .calendar(let moment, _, _) = world.numbers[variable] else { continue }
            moments.formUnion(moment.terms.map(\.variable))
        }
        let first = [world.number(.submittedAt), world.number(.decidedAt)]
        return first + moments.subtracting(first).sorted()
    }

    /// Looks whether any moment of the variable's range has the parts of a calendar that are assumed of it alone.
    private func calendarIsImpossible(_ variable: Int, _ inequalities: [Inequality]) -> Numbers {
        let walk = CalendarWalk(world: world, moment: variable, inequalities: inequalities, values: [:])
        guard !walk.isEmpty else { return .unknown }
        let range = path.bounds(of: variable, in: world)
        guard let least = range.least, let most = range.most else { return .unknown }
        switch walk.first(from: least, to: most) {
        case .some(.some): return .unknown
        case .some(.none): return .impossible
        case .none: return .unknown
        }
    }

    /// A search for values, variable by variable.
    private struct Assignment {
        let finder: ModelFinder
        let inequalities: [Inequality]
        let stages: [InequalitySystem.Stage]
        /// Variables that follow from others.
        let following: [Int]
        var values: [Int: Int128] = [:]
        var tries = 0
        private let start: Int

        init(finder: ModelFinder, inequalities: [Inequality], stages: [InequalitySystem.Stage]) {
            self.finder = finder
            self.inequalities = inequalities
            self.stages = stages
            start = finder.world.steps
            following = stages.map(\.variable).filter { !finder.world.numbers[$0].isFact }
        }

        mutating func assign(_ place: Int) -> Bool {
            guard place < stages.count else { return isSolution }
            let stage = stages[place]
            for value in candidates(stage) {
                tries += 1
                finder.world.steps += stage.inequalities.count
                guard tries <= ModelFinder.maximumTries, finder.world.steps - start <= ModelFinder.maximumSteps else {
                    return false
                }
                values[stage.variable] = value
                if assign(place + 1) { return true }
                values[stage.variable] = nil
            }
            return false
        }

        private func candidates(_ stage: InequalitySystem.Stage) -> [Int128] {
            let world = finder.world
            let bounds = InequalitySystem.bounds(of: stage, values)
            // What follows from other values has the one that it has.
            if let forced = finder.forced(stage.variable, values) { return bounds.contains(forced) ? [forced] : [] }
            guard !bounds.isEmpty else { return [] }
            let preferred = finder.preferred(stage.variable)
            let nearest = max(bounds.least ?? preferred, min(bounds.most ?? preferred, preferred))
            var known = values
            for variable in following where known[variable] == nil { known[variable] = finder.forced(variable, values) }
            let walk = CalendarWalk(world: world, moment: stage.variable, inequalities: inequalities, values: known)
            if !walk.isEmpty {
                let (least, most) = (bounds.least ?? nearest, bounds.most ?? nearest)
                return walk.candidates(near: nearest, from: least, to: most)
            }
            var candidates = finder.rounded(nearest, of: stage.variable, bounds) + [nearest]
            for other in [bounds.least, bounds.most] {
                if let other, !candidates.contains(other) { candidates.append(other) }
            }
            return candidates
        }

        private var isSolution: Bool {
            inequalities.allSatisfy { inequality in
                var sum: Int128 = 0
                for term in inequality.terms {
                    guard let value = values[term.variable] else { return false }
                    let (product, overflow) = value.multipliedReportingOverflow(by: term.coefficient)
                    if overflow { return false }
                    sum += product
                }
                return sum <= inequality.limit
            }
        }
    }

    /// The value of a variable that follows from others, where these have values.
    private func forced(_ variable: Int, _ values: [Int: Int128]) -> Int128? {
        func value(_ number: Linear) -> Int128? {
            var sum = number.constant
            for term in number.terms {
                guard let value = values[term.variable] else { return nil }
                let (product, overflow) = value.multipliedReportingOverflow(by: term.coefficient)
                if overflow { return nil }
                sum += product
            }
            return sum
        }
        switch world.numbers[variable] {
        case .quotient(let dividend, let divisor): return value(dividend).map { $0 / divisor }
        case .calendar(let moment, let part, let zone):
            return value(moment).flatMap { world.value(of: part, at: $0, zone) }
        default: return nil
        }
    }

    private func preferred(_ variable: Int) -> Int128 {
        switch world.numbers[variable] {
        case .submittedAt: return Int128(plain.submittedAt.microseconds)
        case .decidedAt: return Int128(plain.decidedAt.microseconds)
        case .givenAt: return Int128((plain.consent?.givenAt ?? plain.submittedAt).microseconds)
        case .authenticatedAt: return Int128((plain.session?.authenticatedAt ?? plain.submittedAt).microseconds)
        case .sessionLevel: return Int128(plain.session?.level ?? 0)
        case .sessionMethod(let method): return plain.session?.methods.contains(method) == true ? 1 : 0
        case .activatedAt: return Int128((plain.owner.devices.first?.activatedAt ?? plain.submittedAt).microseconds)
        case .registeredAt(.requester): return Int128(plain.requester.registeredAt.microseconds)
        case .registeredAt(.owner): return Int128(plain.owner.registeredAt.microseconds)
        case .sharedWith: return Int128(plain.sharedWith)
        case .declared(let place):
            if let number = plain[world.declared[place].source]?.number { return Int128(number) }
            return Int128(world.declared[place].range.lowerBound)
        case .devices(let side, let kind):
            let devices = side == .requester ? plain.requester.devices : plain.owner.devices
            return Int128(devices.filter { world.kinds[kind] == .named($0.kind.rawValue) }.count)
        case .quotient, .calendar: return 0
        }
    }

    /// A moment near another that reads better: a whole day, hour, minute or second.
    private func rounded(_ moment: Int128, of variable: Int, _ bounds: Bounds) -> [Int128] {
        switch world.numbers[variable] {
        case .submittedAt, .decidedAt, .givenAt, .authenticatedAt, .activatedAt, .registeredAt: break
        case .sharedWith, .sessionLevel, .sessionMethod, .declared, .devices, .quotient, .calendar: return []
        }
        guard moment != preferred(variable) else { return [] }
        for unit: Int128 in [86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000] {
            for round in [floorDivided(moment, unit) * unit, ceilingDivided(moment, unit) * unit] where bounds.contains(round) {
                return [round]
            }
        }
        return []
    }

    // MARK: Facts

    private func plainText(_ variable: TextVariable) -> String {
        switch variable {
        case .id(.requester): plain.requester.id
        case .id(.owner): plain.owner.id
        case .entity(.requester): plain.requester.entity
        case .entity(.owner): plain.owner.entity
        case .person(.requester): plain.requester.person ?? ""
        case .person(.owner): plain.owner.person ?? ""
        case .deviceID: plain.device
        case .method: plain.consent?.method ?? "method"
        case .declared(let place):
            plain[world.declared[place].source]?.description ?? world.declared[place].words.first ?? ""
        case .unlistedKind(let number): number == 0 ? "unlisted" : "unlisted-\(number + 1)"
        case .temporaryDevice(let side, _): side == .requester ? "requester-temporary" : "owner-temporary"
        case .recommendedDevice: "owner-device-2"
        }
    }

    /// A kind that nobody names is spelt otherwise than those that have a name.
    private func forbidden(_ variable: TextVariable) -> [String] {
        guard case .unlistedKind(let number) = variable else { return [] }
        return world.kinds.compactMap { if case .named(let name) = $0 { name } else { nil } }
            + (0..<number).map { plainText(.unlistedKind($0)) } + [""]
    }

    private func facts(_ numbers: [Int: Int128], _ texts: [TextVariable: String], asking kind: Int) -> Facts {
        func text(_ variable: TextVariable) -> String { texts[variable] ?? plainText(variable) }
        func moment(_ number: World.Number) -> Timestamp {
            let place = world.number(number)
            return Timestamp(microseconds: Int64(clamping: numbers[place] ?? preferred(place)))
        }
        var facts = plain
        declare(&facts, numbers, texts)
        for side in Side.allCases {
            let user: WritableKeyPath<Facts, ParticipantFacts> = side == .requester ? \.requester : \.owner
            facts[keyPath: user].id = text(.id(side))
            facts[keyPath: user].entity = text(.entity(side))
            if let person = texts[.person(side)] { facts[keyPath: user].person = person.isEmpty ? nil : person }
            if let adult = path.choices[.adult(side)]?.first { facts[keyPath: user].adult = Adulthood.allCases[adult] }
            if let kind = path.choices[.entityKind(side)]?.first { facts[keyPath: user].entityKind = EntityKind.allCases[kind] }
            facts[keyPath: user].registeredAt = moment(.registeredAt(side))
            facts[keyPath: user].devices = devices(of: side, numbers, texts, asking: kind, activatedAt: moment(.activatedAt))
        }
        facts.device = text(.deviceID)
        let shared = world.number(.sharedWith)
        facts.sharedWith = Int(clamping: numbers[shared] ?? preferred(shared))
        if let identity = path.choices[.identity]?.first { facts.identity = world.identities[identity] }
        facts.consent =
            path.choices[.consent]?.first == 1
            ? nil
            : ConsentFacts(
                method: text(.method), givenAt: moment(.givenAt), reference: plain.consent?.reference ?? "reference")
        if let given = path.choices[.session]?.first {
            func number(_ number: World.Number) -> Int128 { numbers[world.number(number)] ?? preferred(world.number(number)) }
            facts.session =
                given == 0
                ? nil
                : SessionFacts(
                    methods: AuthenticationMethod.allCases.filter { number(.sessionMethod($0)) > 0 },
                    level: Int(clamping: number(.sessionLevel)), authenticatedAt: moment(.authenticatedAt))
        }
        facts.submittedAt = moment(.submittedAt)
        facts.decidedAt = max(moment(.decidedAt), facts.submittedAt)
        return facts
    }

    private func devices(
        of side: Side, _ numbers: [Int: Int128], _ texts: [TextVariable: String], asking asked: Int, activatedAt: Timestamp
    ) -> [DeviceFacts] {
        var devices: [DeviceFacts] = []
        let name = side == .requester ? "requester-device" : "owner-device"
        let usual = (side == .requester ? plain.requester : plain.owner).devices.first?.activatedAt ?? plain.submittedAt
        var names = texts.filter {
            switch $0.key {
            case .temporaryDevice(let owner, _): owner == side
            case .recommendedDevice: side == .owner
            default: false
            }
        }
        let device = texts[.deviceID] ?? plainText(.deviceID)
        for kind in world.kinds.indices {
            let count = numbers[world.devices(side, kind: kind)] ?? (side == .owner && kind == asked ? 1 : 0)
            let spelling: String =
                switch world.kinds[kind] {
                case .named(let name): name
                case .unlisted(let number): texts[.unlistedKind(number)] ?? plainText(.unlistedKind(number))
                }
            for copy in 0..<Int(count) {
                if side == .owner, kind == asked, copy == 0 {
                    devices.insert(
                        DeviceFacts(id: device, kind: DeviceKindID(rawValue: spelling), activatedAt: activatedAt), at: 0)
                    continue
                }
                var id = "\(name)-\(devices.count + 1)"
                if let named = names.first(where: { fits($0.key, kind) }) {
                    id = named.value
                    names[named.key] = nil
                }
                while id == device || devices.contains(where: { $0.id == id }) { id += "-" }
                devices.append(DeviceFacts(id: id, kind: DeviceKindID(rawValue: spelling), activatedAt: usual))
            }
        }
        return devices
    }

    /// Sets what the policies declare, where the path assumes something of it.
    private func declare(_ facts: inout Facts, _ numbers: [Int: Int128], _ texts: [TextVariable: String]) {
        for (place, variable) in world.declared.enumerated() {
            // What is always of one sort is nothing to choose.
            guard let shape = variable.shapes.count == 1 ? 0 : path.choices[.declaredShape(place)]?.first else { continue }
            facts[variable.source] =
                switch variable.shapes[shape] {
                case .lacking: nil
                case .word: .word(texts[.declared(place)] ?? plainText(.declared(place)))
                case .flag: .flag(path.choices[.declared(place)]?.first != 1)
                case .integer: integer(world.number(.declared(place)), numbers)
                }
        }
    }

    private func integer(_ variable: Int, _ numbers: [Int: Int128]) -> InputValue {
        .integer(Int(clamping: numbers[variable] ?? preferred(variable)))
    }

    private func hasTooManyDevices(_ numbers: [Int: Int128]) -> Bool {
        Side.allCases.contains { side in
            let counts = world.kinds.indices.map { numbers[world.devices(side, kind: $0)] ?? 0 }
            return counts.contains { $0 > Self.maximumDevices } || counts.reduce(0, +) > Self.maximumDevices
        }
    }

    private func fits(_ variable: TextVariable, _ kind: Int) -> Bool {
        switch variable {
        case .temporaryDevice(_, let catalog): world.kind(kind, in: catalog)?.isTemporary ?? false
        case .recommendedDevice(let catalog): world.kind(kind, in: catalog)?.isShareable ?? false
        default: false
        }
    }
}
