/// The extension `math`.
extension FunctionTable {
    static func addMathLibrary(to table: inout FunctionSet) {
        extremum("math.greatest", keeps: .after, to: &table)
        extremum("math.least", keeps: .before, to: &table)
        rounding("math.ceil", .up, to: &table)
        rounding("math.floor", .down, to: &table)
        rounding("math.round", .toNearestOrAwayFromZero, to: &table)
        rounding("math.trunc", .towardZero, to: &table)
        addSigns(to: &table)
        test("math.isNaN", to: &table) { $0.isNaN }
        test("math.isInf", to: &table) { $0.isInfinite }
        test("math.isFinite", to: &table) { $0.isFinite }
        for type in [CELType.int, .uint, .double] {
            table.global("math.sqrt", type, .double) { value, _ throws(EvaluationError) in
                .double(try Conversion.double(value).squareRoot())
            }
        }
        bitwise("math.bitAnd", to: &table, { $0 & $1 }, { $0 & $1 })
        bitwise("math.bitOr", to: &table, { $0 | $1 }, { $0 | $1 })
        bitwise("math.bitXor", to: &table, { $0 ^ $1 }, { $0 ^ $1 })
        for type in [CELType.int, .uint] {
            table.global("math.bitNot", type, type) { value, _ throws(EvaluationError) in
                switch value {
                case .int(let number): .int(~number)
                case .uint(let number): .uint(~number)
                default: throw EvaluationError.noOverload("math.bitNot", value)
                }
            }
        }
        // Bits are shifted as they stand, without regard to a sign; shifting all of them out leaves zero.
        shift("math.bitShiftLeft", to: &table) { $0 << $1 }
        shift("math.bitShiftRight", to: &table) { $0 >> $1 }
    }

    /// Any numbers, or one list of them: the first of those that no other surpasses.
    private static func extremum(_ name: String, keeps kept: Order, to table: inout FunctionSet) {
        let body = Overload.Body.variadic { values, meter throws(EvaluationError) in
            var numbers = values
            if values.count == 1, case .list(let elements) = values[0] { numbers = elements }
            guard var best = numbers.first else { throw EvaluationError(.invalidArgument, "'\(name)' needs at least one number") }
            try meter.charge(numbers.count)
            guard compareNumbers(best, best) != nil else { throw EvaluationError.noOverload(name, best) }
            for number in numbers.dropFirst() {
                guard let order = compareNumbers(number, best) else { throw EvaluationError.noOverload(name, number) }
                if order == kept { best = number }
            }
            return best
        }
        table.add(name, Overload(parameters: [.dyn], result: .dyn, isVariadic: true, body: body))
    }

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule, to table: inout FunctionSet) {
        table.global(name, .double, .double) { value, _ throws(EvaluationError) in
            .double(try Conversion.double(value).rounded(rule))
        }
    }

    private static func test(_ name: String, to table: inout FunctionSet, _ holds: @escaping @Sendable (Double) -> Bool) {
        table.global(name, .double, .bool) { value, _ throws(EvaluationError) in .bool(holds(try Conversion.double(value))) }
    }

    private static func addSigns(to table: inout FunctionSet) {
        for type in [CELType.int, .uint, .double] {
            table.global("math.abs", type, type) { value, _ throws(EvaluationError) in
                switch value {
                case .int(let number):
                    guard number != .min else { throw EvaluationError(.overflow, "the result is out of range") }
                    return .int(abs(number))
                case .double(let number): return .double(number.magnitude)
                default: return value
                }
            }
            table.global("math.sign", type, type) { value, _ throws(EvaluationError) in
                switch value {
                case .int(let number): .int(number.signum())
                case .uint(let number): .uint(number.signum())
                case .double(let number): .double(number > 0 ? 1 : number < 0 ? -1 : number)
                default: throw EvaluationError.noOverload("math.sign", value)
                }
            }
        }
    }

    private static func bitwise(
        _ name: String, to table: inout FunctionSet, _ signed: @escaping @Sendable (Int64, Int64) -> Int64,
        _ unsigned: @escaping @Sendable (UInt64, UInt64) -> UInt64
    ) {
        for type in [CELType.int, .uint] {
            table.global(name, type, type, type) { left, right, _ throws(EvaluationError) in
                switch (left, right) {
                case (.int(let a), .int(let b)): .int(signed(a, b))
                case (.uint(let a), .uint(let b)): .uint(unsigned(a, b))
                default: throw EvaluationError.noOverload(name, left, right)
                }
            }
        }
    }

    private static func shift(
        _ name: String, to table: inout FunctionSet, _ shifted: @escaping @Sendable (UInt64, Int64) -> UInt64
    ) {
        for type in [CELType.int, .uint] {
            table.global(name, type, .int, type) { value, distance, _ throws(EvaluationError) in
                guard case .int(let distance) = distance else { throw EvaluationError.noOverload(name, value, distance) }
                guard distance >= 0 else {
                    throw EvaluationError(.invalidArgument, "'\(name)' has a negative offset: \(distance)")
                }
                switch value {
                case .int(let number): return .int(Int64(bitPattern: shifted(UInt64(bitPattern: number), distance)))
                case .uint(let number): return .uint(shifted(number, distance))
                default: throw EvaluationError.noOverload(name, value, .int(distance))
                }
            }
        }
    }
}
