import Core
import Cryptography
import JSON
import Orchestration
import Synchronization
import Testing

@testable import API
@testable import HTTP

@Suite("Who may call")
struct AuthenticationTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    @Test("signs in with both keys")
    func signIn() async throws {
        let answer = try await harness.post(
            "/v1/auth/generate-token/\(harness.app.id.text(.app))",
            #"{"accessKey":"ak_test","secretKey":"sk_test"}"#,
            token: false)
        #expect(answer.status == 201)
        #expect(answer.result["tokenType"] == "Bearer")
        #expect(answer.result["expiresIn"] == 900)
        #expect(answer.header("Cache-Control") == "no-store")
    }

    @Test("answers a wrong key, an unknown app and no id alike")
    func wrongKeys() async throws {
        let paths = [harness.app.id.text(.app), Identifier(at: Harness.now).text(.app), "nonsense"]
        var bodies: Set<[UInt8]> = []
        for path in paths {
            let answer = try await harness.post(
                "/v1/auth/generate-token/\(path)", #"{"accessKey":"a","secretKey":"b"}"#, token: false)
            #expect(answer.status == 401)
            #expect(answer.header("WWW-Authenticate") != nil)
            bodies.insert(answer.response.body)
        }
        #expect(bodies.count == 1)
    }

    @Test("slows down who guesses, and tells how long")
    func limit() async throws {
        let path = "/v1/auth/generate-token/\(harness.app.id.text(.app))"
        let wrong = #"{"accessKey":"a","secretKey":"b"}"#
        for _ in 0..<SignInLimiter.attemptsPerApp {
            #expect(try await harness.post(path, wrong, token: false).status == 401)
        }
        let refused = try await harness.post(
            path, #"{"accessKey":"ak_test","secretKey":"sk_test"}"#, token: false)
        #expect(refused.status == 429)
        #expect(refused.header("Retry-After").flatMap(Int.init) == 301)
        #expect(refused.json["retryAfter"] == 301)
        harness.world.state.withLock { $0.now = Harness.now + .seconds(302) }
        #expect(
            try await harness.post(path, #"{"accessKey":"ak_test","secretKey":"sk_test"}"#, token: false)
                .status == 201)
    }

    @Test("a good sign-in forgets the failures before it")
    func forgets() async throws {
        let path = "/v1/auth/generate-token/\(harness.app.id.text(.app))"
        for round in 0..<30 {
            let keys =
                round % 5 == 4
                ? #"{"accessKey":"ak_test","secretKey":"sk_test"}"# : #"{"accessKey":"a","secretKey":"b"}"#
            #expect(try await harness.post(path, keys, token: false).status == (round % 5 == 4 ? 201 : 401))
        }
    }

    @Test(
        "refreshes with the token alone, with Bearer, or with the keys beside it",
        arguments: [
            ("rt_good", "", 201, ""), ("Bearer rt_good", "", 201, ""),
            ("rt_good", #"{"accessKey":"ak_test","secretKey":"sk_test"}"#, 201, ""),
            ("rt_good", #"{"accessKey":"ak_test","secretKey":"no"}"#, 401, "credentials_invalid"),
            ("rt_good", #"{"accessKey":"ak_test"}"#, 422, "fields_invalid"),
            ("rt_used", "", 401, "refresh_token_reused"),
            ("rt_old", "", 401, "refresh_token_expired"), ("x", "", 401, "refresh_token_invalid"),
        ])
    func refresh(_ field: String, _ body: String, _ status: Int, _ code: String) async throws {
        let headers = [("Authorization", field), ("Content-Type", "application/json")]
        let answer = try await harness.ask(
            .post, "/v1/auth/refresh-token", headers: headers.map { (name: $0.0, value: $0.1) },
            body: Array(body.utf8))
        #expect(answer.status == status)
        #expect(answer.code ?? "" == code)
    }

    @Test("tells a token that is missing from one that is wrong and one that is old")
    func tokens() async throws {
        let missing = try await harness.ask(.get, "/v1/currencies", token: false)
        #expect(missing.code == "token_missing")
        #expect(missing.header("WWW-Authenticate") == "Bearer realm=\"causeway\"")
        for field in ["Bearer x", "Bearer a.b.c", "Basic eDp5", harness.token, "Bearer \(harness.token)x"] {
            let answer = try await harness.ask(.get, "/v1/currencies", headers: [("Authorization", field)])
            #expect(answer.status == 401)
            #expect(answer.code == "token_invalid")
            #expect(answer.header("WWW-Authenticate")?.contains("invalid_token") == true)
        }
        harness.world.state.withLock { $0.now = Harness.now + .seconds(901) }
        #expect(try await harness.ask(.get, "/v1/currencies").code == "token_expired")
    }

    @Test("lets the operator in with the key, and nobody else")
    func operatorKey() async throws {
        for field in [nil, "Bearer x", "Bearer \(harness.token)", Harness.adminKey] as [String?] {
            let headers = field.map { [(name: "Authorization", value: $0)] } ?? []
            let answer = try await harness.ask(.get, "/admin/v1/connectors", token: false, headers: headers)
            #expect(answer.status == 401)
            #expect(answer.code == "admin_key_invalid")
        }
        let headers = [(name: "Authorization", value: "Bearer \(Harness.adminKey)")]
        #expect(try await harness.ask(.get, "/admin/v1/connectors", headers: headers).status == 200)
    }

    @Test("who is refused already cannot push its own refusal out of the limiter's memory")
    func remembers() {
        let limiter = SignInLimiter()
        let address = harness.peerSite
        let admitted = (0..<20_000).filter { number in
            let app = Identifier(high: 0, low: UInt64(number))
            return limiter.begin(from: address, for: app, at: Harness.now) == nil
        }
        #expect(admitted.count == SignInLimiter.attemptsPerAddress)
    }

    @Test("an app that is refused, and asks on, is no reason to refuse others from its address")
    func asksOn() {
        let limiter = SignInLimiter()
        let address = harness.peerSite
        let waits = (0..<1000).map { _ in
            limiter.begin(from: address, for: harness.app.id, at: Harness.now)
        }
        #expect(waits.filter { $0 == nil }.count == SignInLimiter.attemptsPerApp)
        #expect(limiter.begin(from: address, for: Identifier(high: 0, low: 1), at: Harness.now) == nil)
    }

    @Test("the limiter's memory is bounded")
    func bounded() {
        let limiter = SignInLimiter()
        for number in 0..<20_000 {
            let address = PeerAddress.Site(prefix: UInt64(number), isVersion6: true)
            _ = limiter.begin(from: address, for: harness.app.id, at: Harness.now)
        }
        #expect(limiter.entryCount <= SignInLimiter.entriesMax)
    }

    @Test(
        "believes a proxy's word of where a request comes from, and nobody else's",
        arguments: [
            ("10.1.2.3", ["203.0.113.7"], "203.0.113.7"),
            ("10.1.2.3", ["198.51.100.9, 203.0.113.7"], "203.0.113.7"),
            ("10.1.2.3", ["198.51.100.9", "203.0.113.7, 10.1.0.9"], "203.0.113.7"),
            ("10.1.2.3", ["2001:db8::7"], "2001:db8::7"),
            ("10.1.2.3", ["::ffff:203.0.113.7"], "203.0.113.7"),
            ("::ffff:10.1.2.3", ["203.0.113.7"], "203.0.113.7"),
            ("10.1.2.3", [], "10.1.2.3"), ("10.1.2.3", [""], "10.1.2.3"),
            ("10.1.2.3", ["10.1.0.9"], "10.1.0.9"),
            ("10.1.2.3", ["203.0.113.7, "], "10.1.2.3"), ("10.1.2.3", ["203.0.113.7, x"], "10.1.2.3"),
            ("10.1.2.3", ["203.0.113.7, 10.1.0.9:80"], "10.1.2.3"),
            ("203.0.113.1", ["198.51.100.9"], "203.0.113.1"), ("203.0.113.1", ["10.1.2.3"], "203.0.113.1"),
        ])
    func proxies(peer: String, forwarded: [String], client: String) throws {
        let site = Site(
            version: "", startedAt: Harness.now, contract: [], adminKey: nil,
            trustedProxies: [try #require(AddressRange("10.1.0.0/16"))])
        let request = try #require(
            Request(
                method: .get, target: "/", headers: forwarded.map { ("X-Forwarded-For", $0) },
                peer: PeerAddress(peer)))
        #expect(site.client(of: request).text == client)
    }
}
