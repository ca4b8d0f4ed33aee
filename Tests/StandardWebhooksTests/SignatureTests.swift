import StandardWebhooks
import TestSupport
import Testing

@Suite struct SignatureTests {
    /// The example that the specification's libraries are tested with.
    private enum Published {
        static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        static let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
        static let seconds: Int64 = 1_614_265_330
        static let body = Array(#"{"test": 2432232314}"#.utf8)
        static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    }

    @Test func thePublishedExampleHasThePublishedSignature() throws {
        let secret = try #require(WebhookSecret(Published.secret))
        let headers = WebhookSigner(secret).headers(id: Published.id, at: Published.seconds, body: Published.body)
        #expect(headers.id == Published.id)
        #expect(headers.timestamp == "1614265330")
        #expect(headers.signature == Published.signature)
        try WebhookVerifier(secret).verify(headers, body: Published.body, now: Published.seconds)
    }

    @Test func whatIsSignedIsVerifiedAndNothingElseIs() throws {
        var random = SeededGenerator()
        for _ in 0..<200 {
            let secret = WebhookSecret.random()
            let body = random.bytes(upTo: 200)
            let headers = WebhookSigner(secret).headers(id: "m-\(random.below(1_000))", at: 1_000, body: body)
            let verifier = WebhookVerifier(secret)
            try verifier.verify(headers, body: body, now: 1_000)
            var altered = body
            if altered.isEmpty { altered = [0] } else { altered[random.below(altered.count)] ^= UInt8(1 << random.below(8)) }
            expect(.signatureMismatch, "\(random)") { () throws(WebhookVerificationError) in
                try verifier.verify(headers, body: altered, now: 1_000)
            }
            let other = WebhookHeaders(id: headers.id + "x", timestamp: headers.timestamp, signature: headers.signature)
            expect(.signatureMismatch, "\(random)") { () throws(WebhookVerificationError) in
                try verifier.verify(other, body: body, now: 1_000)
            }
            let later = WebhookHeaders(id: headers.id, timestamp: "1001", signature: headers.signature)
            expect(.signatureMismatch, "\(random)") { () throws(WebhookVerificationError) in
                try verifier.verify(later, body: body, now: 1_000)
            }
            expect(.signatureMismatch, "\(random)") { () throws(WebhookVerificationError) in
                try WebhookVerifier(.random()).verify(headers, body: body, now: 1_000)
            }
        }
    }

    @Test func whileASecretIsReplacedEitherOfTheTwoVerifies() throws {
        let (old, new, other) = (WebhookSecret.random(), WebhookSecret.random(), WebhookSecret.random())
        let headers = WebhookSigner(new, old).headers(id: "m", at: 0, body: [1])
        #expect(headers.signature.split(separator: " ").count == 2)
        try WebhookVerifier(old).verify(headers, body: [1], now: 0)
        try WebhookVerifier(new).verify(headers, body: [1], now: 0)
        expect(.signatureMismatch) { () throws(WebhookVerificationError) in
            try WebhookVerifier(other).verify(headers, body: [1], now: 0)
        }
        // A receiver that has both takes what is signed with either alone.
        try WebhookVerifier(new, old).verify(WebhookSigner(old).headers(id: "m", at: 0, body: [1]), body: [1], now: 0)
    }

    @Test func whatIsTooOldOrOfTheFutureIsRefused() throws {
        let secret = WebhookSecret.random()
        let headers = WebhookSigner(secret).headers(id: "m", at: 10_000, body: [])
        let verifier = WebhookVerifier(secret)
        for now in [9_700, 10_000, 10_300] as [Int64] { try verifier.verify(headers, body: [UInt8](), now: now) }
        expect(.timestampTooOld) { () throws(WebhookVerificationError) in
            try verifier.verify(headers, body: [UInt8](), now: 10_301)
        }
        expect(.timestampTooNew) { () throws(WebhookVerificationError) in
            try verifier.verify(headers, body: [UInt8](), now: 9_699)
        }
        for timestamp in ["", "yesterday", "1e4", "99999999999999999999"] {
            let odd = WebhookHeaders(id: "m", timestamp: timestamp, signature: headers.signature)
            expect(.malformedHeader, "\(timestamp)") { () throws(WebhookVerificationError) in
                try verifier.verify(odd, body: [UInt8](), now: 10_000)
            }
        }
        let farAway = WebhookHeaders(id: "m", timestamp: "\(Int64.min)", signature: headers.signature)
        expect(.malformedHeader) { () throws(WebhookVerificationError) in try verifier.verify(farAway, body: [UInt8](), now: 1) }
    }

    @Test func signaturesOfOtherSchemesArePassedOver() throws {
        let secret = WebhookSecret.random()
        let signed = WebhookSigner(secret).headers(id: "m", at: 0, body: [7])
        let mixed = WebhookHeaders(id: "m", timestamp: "0", signature: "v1a,AAAA nonsense v1,%% v2,\(signed.signature) \(signed.signature)")
        try WebhookVerifier(secret).verify(mixed, body: [7], now: 0)
        let onlyOthers = WebhookHeaders(id: "m", timestamp: "0", signature: "v1a,AAAA v1, ,")
        expect(.signatureMismatch) { () throws(WebhookVerificationError) in
            try WebhookVerifier(secret).verify(onlyOthers, body: [7], now: 0)
        }
        // Of a header of thousands only the first few are looked at.
        let many = WebhookHeaders(
            id: "m", timestamp: "0", signature: String(repeating: "v1,AAAA ", count: 5_000) + signed.signature)
        expect(.signatureMismatch) { () throws(WebhookVerificationError) in
            try WebhookVerifier(secret).verify(many, body: [7], now: 0)
        }
    }

    @Test func secretsAreReadInTheirTextFormAndNeverPrinted() throws {
        let secret = WebhookSecret.random()
        #expect(secret.text.hasPrefix("whsec_"))
        #expect(WebhookSecret(secret.text) == secret)
        #expect(WebhookSecret(String(secret.text.dropFirst(6))) == secret)
        #expect(!"\(secret)".contains(secret.text.dropFirst(6)))
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("\(secret.bytes[0])"))
        for text in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_%%%%"] { #expect(WebhookSecret(text) == nil) }
        #expect(WebhookSecret(bytes: Array(repeating: 1, count: 23)) == nil)
        #expect(WebhookSecret(bytes: Array(repeating: 1, count: 65)) == nil)
    }

    @Test func headersAreTakenFromARequest() {
        let fields = ["webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": "v1,x"]
        #expect(WebhookHeaders { fields[$0] } == WebhookHeaders(id: "m", timestamp: "1", signature: "v1,x"))
        #expect(WebhookHeaders { $0 == "webhook-id" ? nil : fields[$0] } == nil)
    }

    private func expect(
        _ expected: WebhookVerificationError, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws(WebhookVerificationError) -> Void
    ) {
        do {
            try body()
            Issue.record("nothing was thrown. \(comment?.rawValue ?? "")", sourceLocation: sourceLocation)
        } catch {
            #expect(error == expected, comment, sourceLocation: sourceLocation)
        }
    }
}
