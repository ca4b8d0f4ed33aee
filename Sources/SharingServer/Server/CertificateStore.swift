import Foundation
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The server's certificate and key, read again when their files change. A pair that cannot be read leaves the old one in
/// force.
final class CertificateStore: Service {
    private struct Pair {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        let stamp: [Date]
    }

    /// How often the files are looked at.
    private static let interval: Duration = .seconds(10)

    private let files: ServerConfiguration.TLSFiles
    private let logger: Logger
    private let current: Mutex<Pair>

    /// Throws where the files cannot be read.
    init(_ files: ServerConfiguration.TLSFiles, logger: Logger) throws {
        self.files = files
        self.logger = logger
        current = Mutex(try Self.read(files))
    }

    /// TLS 1.2 and newer; each handshake takes the pair of its moment.
    var configuration: TLSConfiguration {
        let pair = current.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: pair.chain.map { .certificate($0) }, privateKey: .privateKey(pair.key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.sslContextCallback = { [weak self] _, promise in
            var override = NIOSSLContextConfigurationOverride()
            if let pair = self?.current.withLock({ $0 }) {
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
                try? await Task.sleep(for: Self.interval)
                self.refresh()
            }
        }
    }

    /// Takes the files' new contents, if they have any.
    func refresh() {
        do {
            let stamp = try Self.stamp(files)
            guard stamp != current.withLock({ $0.stamp }) else { return }
            let pair = try Self.read(files)
            current.withLock { $0 = pair }
            logger.notice("the certificate was read again")
        } catch {
            logger.error("the certificate cannot be read again", metadata: ["error": "\(error)"])
        }
    }

    private static func read(_ files: ServerConfiguration.TLSFiles) throws -> Pair {
        Pair(
            chain: try NIOSSLCertificate.fromPEMFile(files.certificate.path),
            key: try NIOSSLPrivateKey(file: files.key.path, format: .pem), stamp: try stamp(files))
    }

    private static func stamp(_ files: ServerConfiguration.TLSFiles) throws -> [Date] {
        try [files.certificate, files.key].map { file in
            try file.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate ?? .distantPast
        }
    }
}
