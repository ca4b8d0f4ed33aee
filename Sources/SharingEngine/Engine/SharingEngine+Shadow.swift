extension SharingEngine {
    /// What the candidate of ``EngineConfiguration/candidate`` would have decided so far; nil where none is configured.
    public var shadowReport: ShadowReport? { processor.shadow?.report }
}
