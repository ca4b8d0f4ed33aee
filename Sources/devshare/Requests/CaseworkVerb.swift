import ArgumentParser
import DeviceSharing
import DeviceSharingClient
import SharingEngine

/// What an officer does with a pending request beside deciding on it.
protocol CaseworkVerb: RemoteVerb {
    var officer: OfficerOptions { get }
    var command: Command { get }

    func ask(_ client: DeviceSharingClient) async throws -> ShareRequestAnswer
}

extension CaseworkVerb {
    func performHere(_ settings: Settings) async throws {
        try await withEngine(settings) { engine in
            let receipt = try await engine.perform(command, as: officer.context())
            try await ReceiptReport(receipt: receipt, settings: settings).printRequest(in: engine, withDecision: false)
        }
    }

    func perform(on client: DeviceSharingClient, _ settings: Settings) async throws {
        try RemoteReport(settings: settings).print(await ask(client))
    }
}
