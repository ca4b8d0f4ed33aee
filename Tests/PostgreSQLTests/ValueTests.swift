import Canonical
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Values travel in binary and come back as they were")
struct ValueTests {
    /// Sends each value to the server and back, with its type written out, so that the server has to agree.
    private func roundTrip<Value: PostgresEncodable & PostgresDecodable & Equatable>(
        _ values: [Value], _ generator: SeededGenerator, on connection: Connection,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let statements = values.map { Statement("SELECT $1::\(Value.postgresType)", [$0]) }
        let results = try await connection.pipeline(statements)
        for (value, result) in zip(values, results) {
            let read = try result.rows[0].decode(0, as: Value.self)
            #expect(read == value, "\(generator)", sourceLocation: sourceLocation)
        }
    }

    /// The value alone, as an optional that is there or not, in arrays, in arrays with NULLs.
    private func roundTripInAllForms<Value: PostgresScalar & Equatable>(
        _ generator: inout SeededGenerator, on connection: Connection, sourceLocation: SourceLocation = #_sourceLocation,
        _ make: (inout SeededGenerator) -> Value
    ) async throws {
        let values = (0..<60).map { _ in make(&generator) }
        try await roundTrip(values, generator, on: connection, sourceLocation: sourceLocation)
        let optionals: [Value?] = [nil] + values
        try await roundTrip(optionals, generator, on: connection, sourceLocation: sourceLocation)
        try await roundTrip([values, [], [values[0]]], generator, on: connection, sourceLocation: sourceLocation)
        try await roundTrip([optionals, [], [nil], [nil, nil]], generator, on: connection, sourceLocation: sourceLocation)
        let optionalArrays: [[Value]?] = [nil, [], values]
        try await roundTrip(optionalArrays, generator, on: connection, sourceLocation: sourceLocation)
    }

    @Test func everyTypeInEveryForm() async throws {
        let connection = try await TestDatabase.empty().connect()
        var random = SeededGenerator()
        try await roundTripInAllForms(&random, on: connection) { $0.number(Int16.self) }
        try await roundTripInAllForms(&random, on: connection) { $0.number(Int32.self) }
        try await roundTripInAllForms(&random, on: connection) { $0.number(Int64.self) }
        try await roundTripInAllForms(&random, on: connection) { $0.number(Int.self) }
        try await roundTripInAllForms(&random, on: connection) { Bool.random(using: &$0) }
        try await roundTripInAllForms(&random, on: connection) { random in
            [
                .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
                Double.random(in: -1e9...1e9, using: &random),
            ]
            .randomElement(using: &random) ?? 0
        }
        try await roundTripInAllForms(&random, on: connection) { $0.text(upTo: 40) }
        try await roundTripInAllForms(&random, on: connection) { $0.bytes(upTo: 300) }
        try await roundTripInAllForms(&random, on: connection) { Data($0.bytes(upTo: 300)) }
        try await roundTripInAllForms(&random, on: connection) { random in
            var bytes = [UInt8](repeating: 0, count: 16)
            for index in bytes.indices { bytes[index] = .random(in: .min ... .max, using: &random) }
            return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
        }
        try await roundTripInAllForms(&random, on: connection) { random in
            let range = Timestamp.earliest.microseconds...Timestamp.latest.microseconds
            return Timestamp(microseconds: .random(in: range, using: &random))
        }
        await connection.close()
    }

    @Test func jsonKeepsItsSpellingAndJsonbItsMeaning() async throws {
        let connection = try await TestDatabase.empty().connect()
        let spelled = PostgresJSON(Array(#"{ "b":1,  "a":[null, "\u00e9"] }"#.utf8))
        try await roundTrip([spelled], SeededGenerator(), on: connection)
        try await roundTrip([[spelled, PostgresJSON(Array("3".utf8))]], SeededGenerator(), on: connection)
        let binary = try await connection.query("SELECT $1", PostgresJSONB(spelled.bytes)).rows[0]
        #expect(
            String(decoding: try binary.decode(0, as: PostgresJSONB.self).bytes, as: UTF8.self) == #"{"a": [null, "é"], "b": 1}"#)
        try await roundTrip([PostgresJSONB(Array("[1, 2]".utf8))], SeededGenerator(), on: connection)
        try await roundTrip([[PostgresJSONB(Array("[1, 2]".utf8))], []], SeededGenerator(), on: connection)
    }

    @Test func aNullDoubleIsNotANumber() async throws {
        let connection = try await TestDatabase.empty().connect()
        let row = try await connection.query("SELECT $1::float8, 1.5::float4, 'NaN'::float4", Double.nan).rows[0]
        #expect(try row.decode(0, as: Double.self).isNaN)
        #expect(try row.decode(1, as: Double.self) == 1.5)
        #expect(try row.decode(2, as: Double.self).isNaN)
    }

    @Test func theServerSeesTheSameMoments() async throws {
        let connection = try await TestDatabase.empty().connect()
        let moment = Timestamp(microseconds: 1_795_491_822_123_456)  // 2026-11-24T03:43:42.123456Z
        let row = try await connection.query("SELECT to_char($1 AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", moment).rows[0]
        #expect(try row.decode(0) == "2026-11-24 03:43:42.123456")
        let before = try await connection.query("SELECT '1969-12-31 23:59:59.999999+00'::timestamptz").rows[0]
        #expect(try before.decode(0) == Timestamp(microseconds: -1))
    }

    @Test func infinityAndTimesThatNoTextHasAreRefused() async throws {
        let connection = try await TestDatabase.empty().connect()
        for text in ["infinity", "-infinity", "4713-01-01 00:00:00 BC", "294276-12-31"] {
            let row = try await connection.query("SELECT ($1::text)::timestamptz AS moment", text).rows[0]
            let error = #expect(throws: PostgreSQLError.self) { try row.decode(0, as: Timestamp.self) }
            #expect(error?.code == .decodingFailed)
            #expect(error?.message == #"column "moment" (0) does not hold a valid timestamp with time zone"#)
        }
    }

    @Test func smallerNumbersAreReadAsLargerOnesButNotTheOtherWayRound() async throws {
        let connection = try await TestDatabase.empty().connect()
        let row = try await connection.query("SELECT -7::int2, -7::int4, -7::int8").rows[0]
        #expect(try row.decode(0, as: Int64.self) == -7)
        #expect(try row.decode(1, as: Int64.self) == -7)
        #expect(try row.decode(0, as: Int32.self) == -7)
        #expect(throws: PostgreSQLError.self) { try row.decode(2, as: Int32.self) }
        #expect(throws: PostgreSQLError.self) { try row.decode(1, as: Int16.self) }
    }

    @Test func allOfUnicodeTravels() async throws {
        let connection = try await TestDatabase.empty().connect()
        var all = String.UnicodeScalarView()
        for value in UInt32(1)...0x10FFFF { if let scalar = Unicode.Scalar(value) { all.append(scalar) } }
        let text = String(all)
        let row = try await connection.query("SELECT $1, length($1)", text).rows[0]
        #expect(try row.decode(0, as: String.self).utf8.elementsEqual(text.utf8))
        #expect(try row.decode(1, as: Int32.self) == Int32(all.count))
    }

    @Test func nulInTextIsRefusedAndTheConnectionGoesOn() async throws {
        let connection = try await TestDatabase.empty().connect()
        let refused = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT $1", "a\0b") }
        #expect(refused?.code == .statementFailed)
        #expect(refused?.sqlState == SQLState(rawValue: "22021"))
        let hidden = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 1 \0; DROP TABLE x") }
        #expect(hidden?.code == .unexpectedStatement)
        let script = await #expect(throws: PostgreSQLError.self) { try await connection.execute(script: "SELECT 1;\0SELECT 1/0") }
        #expect(script?.code == .unexpectedStatement)
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func malformedArraysAreRefusedWithoutReservingWhatTheyClaim() {
        // One dimension, no NULLs, int4, two thousand million elements, and none there.
        let lie: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]
        lie.withUnsafeBytes { bytes in
            #expect([Int32](postgres: bytes, type: .int4Array) == nil)
            #expect([Int32](postgres: UnsafeRawBufferPointer(rebasing: bytes[0..<7]), type: .int4Array) == nil)
        }
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            // Whatever the bytes are, they are read or refused.
            random.bytes(upTo: 60).withUnsafeBytes { bytes in
                _ = [Int64?](postgres: bytes, type: .int8Array)
                _ = [String](postgres: bytes, type: .textArray)
                _ = UUID(postgres: bytes, type: .uuid)
                _ = PostgresJSONB(postgres: bytes, type: .jsonb)
            }
        }
    }
}
