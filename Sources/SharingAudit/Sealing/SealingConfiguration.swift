import Transparency

/// How a ledger's tree heads are signed and where they are shown.
public struct SealingConfiguration: Sendable {
    /// Each checkpoint is signed by all of these: several while one key takes over from another.
    public var signers: [SignerKey]
    /// Further keys whose checkpoints this log goes on from: those that signed before.
    public var formerKeys: [VerifierKey]
    /// The log's name, the first line of every checkpoint. It must not change.
    public var origin: String
    /// Where each checkpoint is shown, outside the database.
    public var witnesses: [any Witness]
    /// Whether a checkpoint may be shown to fewer witnesses than the one before it. Each checkpoint holds how many there were.
    public var allowsFewerWitnesses = false
    /// For how long a witness is waited for, each time that it is asked or shown something. A transaction is open meanwhile, and
    /// nothing is sealed; commands go on.
    public var witnessLimit: Duration = .seconds(30)
    /// How often new events are looked for to be sealed: with the sealing itself, within a second.
    public var interval: Duration = .milliseconds(500)
    /// How long after a refusal to sign it is tried again.
    public var retryInterval: Duration = .seconds(10)
    /// Maximum number of events that one checkpoint adds.
    public var maximumEvents = 100_000

    /// - Parameter origin: nil for the name of the first signer's key, as c2sp.org/tlog-checkpoint recommends.
    public init(
        signers: [SignerKey], formerKeys: [VerifierKey] = [], origin: String? = nil, witnesses: [any Witness] = []
    ) {
        self.signers = signers
        self.formerKeys = formerKeys
        self.origin = origin ?? signers.first?.verifier.name.text ?? ""
        self.witnesses = witnesses
    }

    /// The keys whose checkpoints are taken for this log's own.
    public var trustedKeys: [VerifierKey] { signers.map(\.verifier) + formerKeys }
}
