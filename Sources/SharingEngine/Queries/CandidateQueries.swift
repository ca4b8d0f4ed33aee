import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

/// A device with which a user might log in, and what a request for it would come to.
public struct CandidateDevice: Sendable {
    public let device: DeviceID
    public let kind: DeviceKindID
    public let level: SecurityLevel
    public let owner: UserID
    /// What the policy would say, presuming that the owner consents now.
    public let assessment: Assessment
}

/// The devices that a user might share.
public struct CandidateList: Sendable {
    /// The best first, of those that were looked at.
    public let devices: [CandidateDevice]
    /// There are more related users than were looked at (`EngineLimits.relatedUsers`), so that a better device may be missing.
    public let isTruncated: Bool
}

extension SharingEngine {
    /// The devices in force of users of the same entity, or with identical identity data: which of them should be shared,
    /// the best first, with what stands against the others. At most `EngineLimits.relatedUsers` users are looked at.
    ///
    /// Throws `user-not-found` and `user-closed`.
    public func candidates(for user: UserID) async throws -> CandidateList {
        let now = try clock.now()
        let limit = configuration.limits.relatedUsers
        let found = try await relatedUsers(of: user, limit: limit + 1)
        let related = found.prefix(limit)
        var batch = BatchState(snapshots: try await loader.load(Set(([user] + related).map(StreamID.user))))
        // Behind the load, which finds out whether what is remembered is of this log.
        guard let policy = try await memory.policy()?.policy else { throw EngineError(.noActivePolicy) }
        guard let requester = try batch.user(user).user else { throw SharingError.userNotFound(user) }
        guard requester.status == .open else { throw SharingError.userClosed(user) }
        let handler = CommandHandler(policy: nil, now: now)
        var candidates: [CandidateDevice] = []
        for owner in related {
            for id in try batch.user(owner).user?.devices ?? [] {
                guard let device = try batch.device(id), device.isInForce(at: now) else { continue }
                let assessment: Assessment
                let facts = try await loading(&batch) { batch in
                    try handler.sharingFacts(
                        requester: user, owner: owner, device: id, counting: policy.counted, in: &batch)
                }
                switch facts {
                case .success(let facts):
                    assessment = ShareRequestDecider.assess(facts, consent: nil, policy: policy, at: now)
                case .failure(let error): assessment = .impossible(error)
                }
                candidates.append(
                    CandidateDevice(
                        device: id, kind: device.kind, level: policy.catalog[device.kind]?.level ?? .none, owner: owner,
                        assessment: assessment))
            }
        }
        return CandidateList(devices: candidates.sorted(by: Self.isBetter), isTruncated: found.count > limit)
    }

    /// Approval before review before rejection, then the higher level; ties by name, so that the order is always the same.
    private static func isBetter(_ left: CandidateDevice, _ right: CandidateDevice) -> Bool {
        func rank(_ outcome: Outcome) -> Int {
            switch outcome {
            case .approve: 0
            case .review: 1
            case .reject: 2
            }
        }
        let (first, second) = (rank(left.assessment.outcome), rank(right.assessment.outcome))
        if first != second { return first < second }
        if left.level != right.level { return left.level > right.level }
        return left.device < right.device
    }

    private func relatedUsers(of user: UserID, limit: Int) async throws -> [UserID] {
        let statement = Self.relatedUsers(of: user, ledger, limit: limit)
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return try result.rows.map { UserID(trusted: try $0.decode(0)) }
    }

    /// A look-up for each, by fences (`OFFSET 0`): see `StateLoader`. Citizenships and documents are lists of fingerprints, of 32
    /// and 96 bytes (a document of before has 32); one in common is enough, and so is the social security number.
    static func relatedUsers(of user: UserID, _ ledger: Ledger, limit: Int) -> Statement {
        Statement(
            """
            SELECT user_id FROM devshare.directory_user
             WHERE ledger = $1 AND user_id <> $2 AND status = 'open'
               AND entity = (SELECT entity FROM devshare.directory_user WHERE ledger = $1 AND user_id = $2)
            UNION
            SELECT theirs.user_id
              FROM (SELECT * FROM devshare.identity_fingerprint WHERE ledger = $1 AND user_id = $2 OFFSET 0) mine
             CROSS JOIN LATERAL (
                SELECT user_id FROM devshare.identity_fingerprint f
                 WHERE f.ledger = $1 AND f.date_of_birth = mine.date_of_birth
                   AND f.key_id = mine.key_id AND f.residence = mine.residence AND f.user_id <> mine.user_id
                   AND EXISTS (
                       SELECT FROM generate_series(1, octet_length(f.citizenship), 32) place
                        WHERE position(substring(f.citizenship FROM place FOR 32) IN mine.citizenship) > 0)
                   AND (f.social_security_number = mine.social_security_number OR EXISTS (
                       SELECT FROM generate_series(1, octet_length(f.document), 96) place
                        WHERE position(substring(f.document FROM place FOR 32) IN mine.document) > 0))
                OFFSET 0) theirs
             CROSS JOIN LATERAL (
                SELECT FROM devshare.directory_user p
                 WHERE p.ledger = $1 AND p.user_id = theirs.user_id AND p.status = 'open' OFFSET 0) standing
             ORDER BY user_id LIMIT $3
            """, [ledger.key, user.rawValue, Int64(limit)])
    }
}
