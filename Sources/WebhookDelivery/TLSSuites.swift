import NIOSSL

/// What is spoken below TLS 1.3, by the server and by the clients that we configure.
package enum TLSSuites {
    /// Those of TLS 1.2 with a fresh key for each connection (ECDHE) and authenticated encryption (RFC 9325, section 4.2). Without
    /// the static RSA suites, which give all past traffic to a holder of the key, and those with CBC or SHA-1.
    package static let forwardSecret: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
}
