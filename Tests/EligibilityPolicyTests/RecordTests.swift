import Canonical
import EligibilityPolicy
import Testing

@Suite("Facts and decisions on record")
struct RecordTests {
    private static func json(_ write: (inout CanonicalJSONWriter) -> Void) throws -> (JSONValue, [UInt8]) {
        var writer = CanonicalJSONWriter()
        write(&writer)
        return (try JSONValue(parsing: writer.bytes), writer.bytes)
    }

    @Test("facts read back as they were written, in canonical form", arguments: [UInt64(1), 2, 3])
    func facts(seed: UInt64) throws {
        var sampler = FactsSampler(seed: seed, policies: [try Files.defaultPolicy()])
        for _ in 0..<500 {
            let facts = sampler.next()
            let (json, bytes) = try Self.json { facts.write(to: &$0) }
            #expect(try Facts(json: json) == facts, "seed \(seed)")
            #expect(json.canonicalBytes() == bytes)
            // What the log holds can be explained from a file.
            #expect(try Facts.load(String(decoding: bytes, as: UTF8.self), file: "facts.json") == facts)
        }
    }

    @Test("decisions read back with the same outcome, reasons and rules that passed", arguments: [UInt64(4), 5, 6])
    func decisions(seed: UInt64) throws {
        let policy = try Files.defaultPolicy()
        var sampler = FactsSampler(seed: seed, policies: [policy])
        var outcomes: Set<Outcome> = []
        for _ in 0..<500 {
            let decision = policy.evaluate(sampler.next())
            let (json, _) = try Self.json { decision.write(to: &$0) }
            let read = try Decision(json: json)
            outcomes.insert(decision.outcome)
            #expect(read.outcome == decision.outcome)
            #expect(read.policy == decision.policy)
            #expect(read.approvalsRequired == decision.approvalsRequired)
            #expect(read.reasons == decision.reasons, "seed \(seed)")
            #expect(read.rulings.filter(\.passed) == decision.rulings.filter(\.passed))
        }
        #expect(outcomes == Set(Outcome.allCases), "the sample must reach every outcome; seed \(seed)")
    }

    @Test("facts that lack a member are refused with its name")
    func missingMember() throws {
        #expect {
            try Facts.load("{requester: {id: a}, device: 7, usPerson: true}", file: "facts.yaml")
        } throws: { error in
            let description = String(describing: error)
            return description.contains("facts.yaml:1:1: facts needs 'owner'")
                && description.contains("facts.yaml:1:13: a participant needs 'entity'")
                && description.contains("facts.yaml:1:33: facts has no key 'usPerson'")
        }
    }
}
