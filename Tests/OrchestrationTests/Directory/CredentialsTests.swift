import Core
import JSON
import Postgres
import Testing

@testable import Orchestration

@Suite("Credentials and administration", .enabled(if: TestDatabase.isThere))
struct CredentialsTests {
    /// A database with one merchant's app, an account, and what works on them.
    private struct Bench: Sendable {
        let database: PostgresPool
        let vault: Vault
        let clock = MovableClock()
        let holder = DirectoryHolder()
        let administration: Administration
        let keys: IssuedKeys

        init(_ database: PostgresPool) async throws {
            let vault = try Vault(masterKey: [UInt8](repeating: 5, count: 32))
            self.database = database
            self.vault = vault
            administration = Administration(
                database: database, vault: vault, clock: clock.clock, connector: DummyConnector.lookup)
            let report = try await administration.apply(Bench.document, dryRun: false, actor: "test")
            keys = try #require(report.keys.first)
            try await reload()
        }

        static let document: JSON = [
            "merchants": [["name": "shop", "apps": [["name": "web"]]]],
            "accounts": [
                [
                    "name": "one", "connector": "dummy",
                    "settings": ["baseURL": "https://example.com", "apiKey": "very-secret"],
                ]
            ],
        ]

        var credentials: Credentials {
            Credentials(directory: holder, database: database, vault: vault, clock: clock.clock)
        }

        func reload() async throws {
            holder.swap(
                try await DirectoryLoader(vault: vault, connector: DummyConnector.lookup).load(from: database)
            )
        }

        func signIn() async throws -> SignIn {
            try await credentials.signIn(app: keys.app, accessKey: keys.accessKey, secretKey: keys.secretKey)
        }

        func refusal(of token: String) async -> CredentialsError? {
            do throws(CredentialsError) {
                _ = try await credentials.refresh(token)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("an app signs in with its own keys and no others")
    func signIn() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let signed = try await bench.signIn()
            let token = try AccessTokens(bench.vault).verify(signed.accessToken, at: bench.clock.now)
            #expect(token.app == bench.keys.app)
            let keys = bench.keys
            for (app, access, secret) in [
                (keys.app, keys.accessKey, keys.accessKey), (keys.app, keys.secretKey, keys.secretKey),
                (keys.app, "", ""), (keys.app, keys.accessKey + "x", keys.secretKey),
                (Identifier(high: 1, low: 1), keys.accessKey, keys.secretKey),
                (keys.app, String(repeating: "a", count: 100_000), keys.secretKey),
            ] {
                await #expect(throws: CredentialsError.wrongKeys) {
                    try await bench.credentials.signIn(app: app, accessKey: access, secretKey: secret)
                }
            }
        }
    }

    @Test("no key and no token is stored as it is")
    func hashed() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let signed = try await bench.signIn()
            let dump = try await database.query(
                Statement(
                    "dump",
                    """
                    SELECT (SELECT string_agg(a::text, '') FROM apps a)
                        || (SELECT string_agg(t::text, '') FROM refresh_tokens t)
                        || (SELECT string_agg(p::text, '') FROM provider_accounts p)
                        || (SELECT string_agg(l::text, '') FROM audit_log l) AS text
                    """))
            let text = try #require(dump.first).text("text")
            for secret in [
                bench.keys.accessKey, bench.keys.secretKey, signed.refreshToken, signed.accessToken,
                "very-secret",
            ] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test("a refresh token is good once, and the next one goes on")
    func rotation() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let first = try await bench.signIn()
            let second = try await bench.credentials.refresh(first.refreshToken)
            let third = try await bench.credentials.refresh(second.refreshToken)
            #expect(Set([first, second, third].map(\.refreshToken)).count == 3)
            #expect(await bench.refusal(of: "rt_" + String(repeating: "A", count: 43)) == .unknownToken)
            #expect(await bench.refusal(of: "") == .unknownToken)
        }
    }

    @Test("a token used twice ends its family, though that call fails, and no other family")
    func reuse() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let other = try await bench.signIn()
            let first = try await bench.signIn()
            let second = try await bench.credentials.refresh(first.refreshToken)
            #expect(await bench.refusal(of: first.refreshToken) == .reusedToken)
            #expect(await bench.refusal(of: second.refreshToken) == .revokedToken)
            #expect(await bench.refusal(of: other.refreshToken) == nil)
        }
    }

    @Test("of many that come at once with one token, one at most is served, and then nobody")
    func race() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let first = try await bench.signIn()
            let outcomes = await withTaskGroup(of: Result<SignIn, CredentialsError>.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do throws(CredentialsError) {
                            return .success(try await bench.credentials.refresh(first.refreshToken))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let served = outcomes.compactMap { try? $0.get() }
            #expect(served.count == 1)
            #expect(await bench.refusal(of: served[0].refreshToken) == .revokedToken)
        }
    }

    @Test("a token runs out after 30 days, and is forgotten a day later")
    func expiry() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let first = try await bench.signIn()
            bench.clock.advance(Credentials.refreshLifetime - .seconds(1))
            let second = try await bench.credentials.refresh(first.refreshToken)
            bench.clock.advance(Credentials.refreshLifetime)
            #expect(await bench.refusal(of: second.refreshToken) == .expiredToken)
            // The first one ran out long ago by now; the second only just.
            #expect(try await bench.credentials.forgetExpired() == 1)
            #expect(await bench.refusal(of: second.refreshToken) == .expiredToken)
            bench.clock.advance(.seconds(2 * 86_400))
            #expect(try await bench.credentials.forgetExpired() == 1)
            #expect(await bench.refusal(of: second.refreshToken) == .unknownToken)
        }
    }

    @Test("what is switched off neither signs in nor refreshes, and goes on when it is switched on")
    func disabled() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let first = try await bench.signIn()
            let merchant = try #require(await bench.administration.merchants().first)
            for off in [true, false] {
                _ = try await bench.administration.updateMerchant(
                    merchant.id, ["enabled": .bool(!off)], actor: "test")
                try await bench.reload()
                if off {
                    #expect(await bench.refusal(of: first.refreshToken) == .disabled)
                    await #expect(throws: CredentialsError.disabled) { try await bench.signIn() }
                } else {
                    #expect(await bench.refusal(of: first.refreshToken) == nil)
                }
            }
        }
    }

    @Test("new keys end the old ones and every sign-in")
    func rotateKeys() async throws {
        try await TestDatabase.with { database in
            let bench = try await Bench(database)
            let first = try await bench.signIn()
            let fresh = try await bench.administration.rotateKeys(of: bench.keys.app, actor: "test")
            try await bench.reload()
            #expect(await bench.refusal(of: first.refreshToken) == .revokedToken)
            await #expect(throws: CredentialsError.wrongKeys) { try await bench.signIn() }
            _ = try await bench.credentials.signIn(
                app: fresh.app, accessKey: fresh.accessKey, secretKey: fresh.secretKey)
            #expect(
                bench.holder.current.signingKeys[fresh.app] == SigningKey.derive(secretKey: fresh.secretKey))
        }
    }
}
