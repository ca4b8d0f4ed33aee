import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import Logging
import SharingLog

/// Keeps the policy in force the one that stands in a file.
///
/// A changed file is loaded and checked; a good one is activated by an event, for all engines of the ledger, and decisions
/// in flight finish under the policy they began with. A broken one is refused, and the old policy stays. Both are logged.
///
/// ```swift
/// let follower = PolicyFileFollower(engine, path: "Policies/device-sharing.yaml", as: context)
/// await follower.run() // until its task is cancelled
/// ```
///
/// A policy that is activated in another way stays in force until the file changes again, or is followed anew: the first look
/// puts the file's policy in force, and logs which other one that replaces.
public actor PolicyFileFollower {
    /// What a look at the file came to.
    public enum Finding: Sendable {
        case unchanged
        /// The file's policy was put in force.
        case activated(Receipt)
        /// The file's policy is the one in force.
        case inForce
        /// The file holds no policy: `policy-invalid` with every problem. The old one stays.
        case refused(SharingError)
        /// The file could not be read, or its policy not be recorded; the next look tries again.
        case failed(any Error)
    }

    private let engine: SharingEngine
    private let file: WatchedFile
    private let context: CommandContext
    private let interval: Duration
    private let logger: Logger
    /// What of the file has been dealt with.
    private var seen: WatchedFile.Version?
    /// When that was: a log that was rewound since may have lost what came of it.
    private var seenTerm = 0
    /// The failure that was logged last: one that lasts is logged once.
    private var failure: String?

    /// - Parameters:
    ///   - context: who activates, as the events name them.
    ///   - interval: time between two looks; ``EngineLimits/policyFileInterval`` unless given.
    public init(_ engine: SharingEngine, path: String, as context: CommandContext, every interval: Duration? = nil) {
        self.engine = engine
        self.context = context
        self.interval = interval ?? engine.configuration.limits.policyFileInterval
        file = WatchedFile(path: path)
        var logger = engine.configuration.logger
        logger[metadataKey: "file"] = "\(path)"
        self.logger = logger
    }

    /// Looks at the file now and again until its task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            _ = await look()
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: interval)
        }
    }

    /// Looks at the file once, and puts its policy in force if it has changed.
    @discardableResult
    public func look() async -> Finding {
        let finding: Finding
        do {
            let term = engine.memory.continuity.term
            if term != seenTerm { (seen, seenTerm) = (nil, term) }
            guard let change = try await file.change(since: seen) else {
                failure = nil
                return .unchanged
            }
            finding = try await take(change)
        } catch {
            finding = .failed(error)
        }
        log(finding)
        return finding
    }

    private func take(_ change: WatchedFile.Change) async throws -> Finding {
        let finding: Finding
        let (before, isFirst) = (engine.activePolicy, seen == nil)
        do {
            let receipt = try await engine.activatePolicy(change.text, file: file.path, as: context)
            finding = receipt.positions.isEmpty ? .inForce : .activated(receipt)
            if isFirst, !receipt.positions.isEmpty, let before { warn(ofReplacing: before) }
        } catch let error as SharingError where [.policyInvalid, .policyVersionReused, .deviceKindInUse].contains(error.code) {
            finding = .refused(error)
            // Devices may be gone at the next look.
            if error.code == .deviceKindInUse { return finding }
        }
        seen = change.version
        return finding
    }

    /// Somebody may have activated the other one by hand, and not know that the file takes its place.
    private func warn(ofReplacing before: Policy) {
        logger.warning(
            "the policy file has replaced another policy that was in force",
            metadata: [
                "replaced": "\(Self.title(of: before))", "replaced-digest": "\(before.digest)",
                "policy": "\(engine.activePolicy.map(Self.title) ?? "")",
            ])
    }

    private static func title(of policy: Policy) -> String { "\(policy.name) \(policy.version)" }

    private func log(_ finding: Finding) {
        var failure: String?
        switch finding {
        case .unchanged, .inForce: break
        case .activated(let receipt):
            logger.notice(
                "the policy file is in force",
                metadata: [
                    "policy": "\(engine.activePolicy?.digest.description ?? "")",
                    "position": .stringConvertible(receipt.positions.lowerBound.rawValue),
                ])
        case .refused(let error):
            // Of a file that is tried again, once.
            failure = "\(error)"
            if failure != self.failure {
                logger.error("the policy file is refused; the old policy stays", metadata: ["error": "\(error)"])
            }
        case .failed(let error):
            let text = Self.words(for: error)
            failure = text
            if text != self.failure, !Task.isCancelled {
                logger.warning("the policy file could not be taken; the old policy stays", metadata: ["error": "\(text)"])
            }
        }
        self.failure = failure
    }

    /// The file system's errors show all that they hold, and not in the same order each time.
    private static func words(for error: any Error) -> String {
        guard let error = error as? CocoaError else { return "\(error)" }
        return switch error.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "there is no such file"
        case .fileReadNoPermission: "the file may not be read"
        default: "the file cannot be read"
        }
    }
}
