import DeviceSharing
import EventLog
import Logging
import SharingLog

/// Everything that an engine remembers of its log: states of streams, the policy in force, and the newest event, by which it knows
/// that the log is the same still.
struct EngineMemory: Sendable {
    let continuity = LogContinuity()
    let streams: StreamCache
    let policies: ActivePolicy
    private let disk = DiskNote()
    private let logger: Logger
    private let metrics: EngineMetrics

    init(reader: EventReader, rememberedStreams: Int, logger: Logger, metrics: EngineMetrics) {
        streams = StreamCache(limit: rememberedStreams)
        policies = ActivePolicy(reader, continuity)
        self.logger = logger
        self.metrics = metrics
    }

    /// Remembers states as they were in a term, unless that is over.
    func remember(_ snapshots: [StreamID: StreamSnapshot], of term: Int) {
        continuity.during(term) { streams.remember(snapshots) }
    }

    /// Whether a commit has failed of a full disk a moment ago, and none has succeeded since.
    var isDiskFull: Bool { disk.isFull }

    /// Takes note of what became of a commit.
    func note(_ failure: EngineError?) { disk.note(isFull: failure?.code == .diskFull) }

    /// Forgets everything, since the log no longer holds what was seen in a term, and reads the policy in force again. Of several
    /// that notice it, one tells.
    func forget(_ term: Int) async {
        let lost = continuity.end(term) {
            streams.removeAll()
            policies.reset()
        }
        if let lost {
            metrics.logRewound()
            logger.critical(
                "log-rewound: the log no longer holds an event that this engine has seen; what was remembered is forgotten",
                metadata: ["position": "\(lost.position)", "leafHash": "\(lost.leafHash)"])
        }
        await policies.refresh(orWarn: logger)
    }
}
