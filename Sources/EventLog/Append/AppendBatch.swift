import Canonical
import PostgreSQL

/// Commands that share one call and one commit, as the parallel arrays that `devshare.ledger_append` takes.
package struct AppendBatch: Sendable {
    package let ledger: Ledger
    package let recordedAt: Timestamp
    package private(set) var commandCount = 0

    private let leafEncoding: LeafEncoding
    /// Index of each stream in `streams`, from 1, as SQL counts.
    private var streamIndex: [String: Int32] = [:]
    private(set) var streams: [String] = []

    private var commandConditions: [Int32] = []
    private var commandEvents: [Int32] = []
    private var commandMetadata: [CanonicalText] = []
    private var commandKey: [String?] = []
    private var commandDigest: [[UInt8]?] = []
    private var commandSubject: [String?] = []

    private var conditionStream: [Int32] = []
    private var conditionVersion: [Int32] = []

    private var eventCommand: [Int32] = []
    private var eventCondition: [Int32] = []
    private var eventVersion: [Int32] = []
    private var eventType: [String] = []
    private var eventSchemaVersion: [Int16] = []
    private var eventData: [CanonicalText] = []
    private var eventLeafHash: [[UInt8]] = []

    package init(ledger: Ledger, recordedAt: Timestamp) {
        self.ledger = ledger
        self.recordedAt = recordedAt
        leafEncoding = LeafEncoding(ledger: ledger)
    }

    package var eventCount: Int { eventCommand.count }

    /// Adds a command behind those before it. Returns its number in the batch, from 1, as SQL counts.
    @discardableResult
    package mutating func add(_ command: AppendCommand) -> Int32 {
        commandCount += 1
        let number = Int32(commandCount)
        // By stream: the condition that names it, and the version that the command has brought it to.
        var written: [Int32: (condition: Int32, version: Int32)] = [:]
        for condition in command.conditions {
            let stream = index(of: condition.stream)
            conditionStream.append(stream)
            conditionVersion.append(condition.version)
            written[stream] = (Int32(conditionStream.count), condition.version)
        }
        for event in command.events {
            let stream = index(of: event.stream)
            // 0 is no condition's number: the database refuses what is written without one.
            let (condition, last) = written[stream] ?? (0, 0)
            let version = last + 1
            written[stream] = (condition, version)
            eventCommand.append(number)
            eventCondition.append(condition)
            eventVersion.append(version)
            eventType.append(event.type)
            eventSchemaVersion.append(event.schemaVersion)
            eventData.append(CanonicalText(event.data))
            eventLeafHash.append(
                leafEncoding.hash(
                    stream: event.stream, version: version, type: event.type, schemaVersion: event.schemaVersion,
                    recordedAt: recordedAt, metadata: command.metadata, data: event.data
                ).bytes)
        }
        commandConditions.append(Int32(conditionStream.count))
        commandEvents.append(Int32(eventCommand.count))
        commandMetadata.append(CanonicalText(command.metadata))
        commandKey.append(command.idempotency?.key)
        commandDigest.append(command.idempotency?.digest.bytes)
        commandSubject.append(command.idempotency?.subject)
        return number
    }

    private mutating func index(of stream: String) -> Int32 {
        if let index = streamIndex[stream] { return index }
        streams.append(stream)
        let index = Int32(streams.count)
        streamIndex[stream] = index
        return index
    }

    /// Parameters of `devshare.ledger_append`, in its order.
    package var parameters: [any PostgresEncodable] {
        [
            ledger.key, recordedAt, streams,
            commandConditions, commandEvents, commandMetadata, commandKey, commandDigest, commandSubject,
            conditionStream, conditionVersion,
            eventCommand, eventCondition, eventVersion, eventType, eventSchemaVersion, eventData, eventLeafHash,
        ]
    }

    /// The call of the plain append, for a log without read models.
    package var statement: Statement { Self.call("devshare.ledger_append", parameters) }

    /// The call of a function that takes the parameters of `devshare.ledger_append`, perhaps more, and answers as it does.
    package static func call(_ function: String, _ parameters: [any PostgresEncodable]) -> Statement {
        let places = (1...parameters.count).map { "$\($0)" }.joined(separator: ", ")
        return Statement("SELECT * FROM \(function)(\(places))", parameters)
    }

    /// The command must have events.
    func leafHash(ofLastEventOf command: Int32) -> Digest? {
        Digest(bytes: eventLeafHash[events(ofCommand: command).upperBound - 1])
    }

    func subject(ofCommand number: Int32) -> String { commandSubject[Int(number) - 1] ?? "" }

    /// The number of the command's first event in the batch, from 0, and how many it has.
    func events(ofCommand number: Int32) -> Range<Int> {
        let start = number == 1 ? 0 : Int(commandEvents[Int(number) - 2])
        return start..<Int(commandEvents[Int(number) - 1])
    }
}
