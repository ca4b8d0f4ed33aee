import Foundation
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization
import WebhookDelivery

/// The server's certificate and key, read again when their files change. A pair that cannot be read, or whose halves do not
/// belong together, leaves the old one in force.
final class CertificateStore: Service {
    private struct Pair {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
    }

    private struct State {
        var pair: Pair
        /// Of the files when they were last read, whatever came of it; nil where they could not be looked at.
        var stamp: [Date]?
    }

    private let files: ServerConfiguration.TLSFiles
    private let logger: Logger
    private let state: Mutex<State>

    /// Throws where the files cannot be read.
    init(_ files: ServerConfiguration.TLSFiles, logger: Logger) throws {
        self.files = files
        self.logger = logger
        let stamp = try Self.stamp(files)
        state = Mutex(State(pair: try Self.read(files), stamp: stamp))
    }

    /// TLS 1.2, with forward secrecy alone, and newer; each handshake takes the pair of its moment.
    var configuration: TLSConfiguration {
        var configuration = Self.configuration(state.withLock { $0.pair })
        configuration.sslContextCallback = { [weak self] _, promise in
            var override = NIOSSLContextConfigurationOverride()
            if let pair = self?.state.withLock({ $0.pair }) {
                override.certificateChain = pair.chain.map { .certificate($0) }
                override.privateKey = .privateKey(pair.key)
            }
            promise.succeed(override)
        }
        return configuration
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: self.files.interval)
                self.refresh()
            }
        }
    }

    /// Takes the files' new contents, if they have any. Of what cannot be read the log tells once.
    private func refresh() {
        // Before the contents: what changes in between is seen the next time.
        let stamp = try? Self.stamp(files)
        guard stamp != state.withLock({ $0.stamp }) else { return }
        state.withLock { $0.stamp = stamp }
        do {
            let pair = try Self.read(files)
            state.withLock { $0.pair = pair }
            logger.notice("the certificate was read again")
        } catch {
            logger.error(
                "the certificate cannot be read again; the old one stays in force", metadata: ["error": "\(error)"])
        }
    }

    private static func read(_ files: ServerConfiguration.TLSFiles) throws -> Pair {
        let pair = Pair(
            chain: try NIOSSLCertificate.fromPEMFile(files.certificate.path),
            key: try NIOSSLPrivateKey(file: files.key.path, format: .pem))
        // Refuses a key that is another certificate's: the files are seldom replaced at the same moment.
        _ = try NIOSSLContext(configuration: configuration(pair))
        return pair
    }

    private static func configuration(_ pair: Pair) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = TLSSuites.forwardSecret
        return configuration
    }

    private static func stamp(_ files: ServerConfiguration.TLSFiles) throws -> [Date] {
        try [files.certificate, files.key].map { file in
            try file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate ?? .distantPast
        }
    }
}
