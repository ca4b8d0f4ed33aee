import AsyncHTTPClient
import Foundation
import InMemoryLogging
import Logging
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import SharingServer

@Suite(.fewAtOnce, .timeLimit(.minutes(10))) struct TLSTests {
    /// A certificate's files in a folder of their own.
    private struct Files {
        let tls: ServerConfiguration.TLSFiles

        init(_ certificate: TestCertificate) throws {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-tls-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            tls = ServerConfiguration.TLSFiles(
                certificate: folder.appendingPathComponent("tls.crt"), key: folder.appendingPathComponent("tls.key"),
                interval: .milliseconds(20))
            try write(certificate.certificate, to: tls.certificate)
            try write(certificate.key, to: tls.key)
        }

        func write(_ text: String, to file: URL) throws { try text.write(to: file, atomically: true, encoding: .utf8) }

        func remove() { try? FileManager.default.removeItem(at: tls.certificate.deletingLastPathComponent()) }
    }

    /// Asks on a new connection; throws where the server's certificate is another one.
    private func health(
        _ api: API, trusting certificate: TestCertificate, newest: TLSVersion? = nil
    ) async throws -> HTTPClientResponse {
        var tls = try certificate.trust()
        if let newest { (tls.minimumTLSVersion, tls.maximumTLSVersion) = (.tlsv1, newest) }
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: HTTPClient.Configuration(tlsConfiguration: tls))
        do {
            let response = try await client.execute(
                HTTPClientRequest(url: "https://localhost:\(api.port)/healthz"), timeout: .seconds(120))
            try await client.shutdown()
            return response
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func isServed(_ certificate: TestCertificate, by api: API) async -> Bool {
        ((try? await health(api, trusting: certificate))?.status) == .ok
    }

    @Test func requestsAreAnsweredOverTLSAndInNoOtherWay() async throws {
        let certificate = try TestCertificate()
        let files = try Files(certificate)
        defer { files.remove() }
        try await API.run(tls: files.tls) { api in
            let response = try await health(api, trusting: certificate)
            #expect(response.status == .ok)
            #expect(response.headers.first(name: "Strict-Transport-Security") != nil)
            await #expect(throws: (any Error).self) { try await health(api, trusting: TestCertificate()) }
            await #expect(throws: (any Error).self) { try await health(api, trusting: certificate, newest: .tlsv11) }
            let plain = try RawConnection(port: api.port)
            plain.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(await !plain.receive().contains("HTTP/1.1"))
            #expect(await isServed(certificate, by: api))
        }
    }

    @Test func aNewCertificateIsTakenAndABrokenOneLeavesTheOldInForce() async throws {
        let (first, second) = (try TestCertificate(), try TestCertificate())
        let files = try Files(first)
        defer { files.remove() }
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .notice
        try await API.run(tls: files.tls, logger: logger) { api in
            func refusals() -> Int { log.entries.count { $0.message.description.contains("cannot be read again") } }

            try files.write("nonsense", to: files.tls.certificate)
            try await eventually("it is logged") { refusals() == 1 }
            #expect(await isServed(first, by: api))

            // A certificate without its key, as between the two steps of replacing them.
            try files.write(second.certificate, to: files.tls.certificate)
            try await eventually("it is logged") { refusals() == 2 }
            #expect(await isServed(first, by: api))
            #expect(await !isServed(second, by: api))

            try files.write(second.key, to: files.tls.key)
            try await eventually("the new one is served") { await isServed(second, by: api) }
            #expect(await !isServed(first, by: api))
            #expect(refusals() == 2, "each is told of once")

            try FileManager.default.removeItem(at: files.tls.key)
            try await eventually("it is logged") { refusals() == 3 }
            #expect(await isServed(second, by: api))
        }
    }

    /// Each suite of TLS 1.2 that another implementation has, in a handshake of its own.
    @Test(arguments: ["rsa", "ec"]) func ofTLS12OnlySuitesWithForwardSecrecyAreSpoken(kind: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let tls = ServerConfiguration.TLSFiles(
            certificate: folder.appendingPathComponent("tls.crt"), key: folder.appendingPathComponent("tls.key"))
        let made = try await OpenSSL.run(
            [
                "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-out", tls.certificate.path, "-keyout",
                tls.key.path,
            ]
                + (kind == "rsa" ? ["-newkey", "rsa:2048"] : ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]))
        #expect(made.status == 0, "\(made.error)")
        let known = try await OpenSSL.run("ciphers", "-s", "-tls1_2", "ALL:@SECLEVEL=0").output
            .trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ":").map(String.init)
        #expect(["AES128-SHA", "AES256-SHA", "AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA"].allSatisfy(known.contains))
        try await API.run(tls: tls) { api in
            func isSpoken(_ options: [String]) async throws -> Bool {
                let outcome = try await OpenSSL.run(["s_client", "-connect", "127.0.0.1:\(api.port)"] + options)
                return outcome.status == 0 && !outcome.output.contains("Cipher is (NONE)")
            }
            for suite in known {
                let isGood =
                    suite.hasPrefix("ECDHE-\(kind == "rsa" ? "RSA" : "ECDSA")-")
                    && (suite.contains("-AES128-GCM-") || suite.contains("-AES256-GCM-") || suite.contains("-CHACHA20-"))
                let spoken = try await isSpoken(["-tls1_2", "-cipher", suite + ":@SECLEVEL=0"])
                #expect(spoken == isGood, "\(suite)")
            }
            let newest = try await isSpoken(["-tls1_3"])
            #expect(newest)
            for version in ["-tls1", "-tls1_1"] {
                let spoken = try await isSpoken([version, "-cipher", "ALL:@SECLEVEL=0"])
                #expect(!spoken, "\(version)")
            }
        }
    }

    @Test func withoutItsFilesAServerDoesNotStart() async throws {
        let files = try Files(TestCertificate())
        files.remove()
        await #expect(throws: (any Error).self) { try await API.run(tls: files.tls) { _ in } }
    }
}
