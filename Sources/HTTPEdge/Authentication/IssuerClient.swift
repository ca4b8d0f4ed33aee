import AsyncHTTPClient
import NIOSSL
import WebhookDelivery

/// Asks authorisation servers and OpenID Connect providers for keys and tokens. Lives as long as the process.
package enum IssuerClient {
    package static let shared: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        tls.cipherSuiteValues = TLSSuites.forwardSecret
        configuration.tlsConfiguration = tls
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
