import Connectors
import Core
import Foundation
import Postgres
import Reactor
import Testing

@testable import Orchestration

@Suite("The accounts' tokens", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct SessionTests {
    /// Gives `T1`, `T2`, … for an hour, and takes those of `good` alone.
    private static func provider(
        life: String = "1800 3600", good: @escaping @Sendable (String) -> Bool = { _ in true },
        gate: Gate? = nil
    ) throws -> PlayedProvider {
        try PlayedProvider { call in
            if call.path == "/token" {
                gate?.wait()
                return .answer(200, "T\(call.number + 1) \(life)")
            }
            guard let token = call.token, good(token) else { return .answer(401, "") }
            return .answer(200, "paid")
        }
    }

    private static func ask(_ engine: Engine, _ connector: StepConnector) async -> ProviderAnswer {
        let account = StepBench.account(connector)
        return await engine.call(connector.request("/query"), of: account, once: false)
    }

    /// The answers' statuses; 0 for what was not sent.
    private static func statuses(
        _ count: Int, _ engines: [(Engine, StepConnector)], started: MutexBox<Int> = MutexBox(0)
    ) async -> [Int] {
        await withTaskGroup(of: Int.self) { group in
            for (engine, connector) in engines {
                for _ in 0..<count {
                    group.addTask(executorPreference: engine.reactor) {
                        started.value += 1
                        guard case .response(let response) = await ask(engine, connector) else { return 0 }
                        return response.status
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    // MARK: One asks

    @Test("however many calls wait for one, one asks; of two processes on a database too", arguments: [1, 2])
    func single(processes: Int) async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try Self.provider(gate: gate)
            let engines = try (0..<processes).map { _ in
                let connector = StepConnector(provider, session: Tokens(provider))
                return (try bench.engine(connector), connector)
            }
            let started = MutexBox(0)
            async let statuses = Self.statuses(40, engines, started: started)
            #expect(
                try await bench.eventually {
                    started.value == 40 * processes && !provider.calls("/token").isEmpty
                })
            #expect(provider.calls("/query").isEmpty)
            gate.open()
            #expect(await statuses == [Int](repeating: 200, count: 40 * processes))
            #expect(provider.calls("/token").count == 1)
            #expect(provider.calls("/query").allSatisfy { $0.token == "T1" })
        }
    }

    @Test("a process that begins takes the token that is stored")
    func stored() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            for _ in 0..<3 {
                let connector = StepConnector(provider, session: Tokens(provider))
                #expect(await Self.statuses(2, [(try bench.engine(connector), connector)]) == [200, 200])
            }
            #expect(provider.calls("/token").count == 1 && provider.calls("/query").count == 6)
        }
    }

    @Test("who looked before another one had stored a token does not ask for one more")
    func lookedBefore() async throws {
        try await StepBench.with { bench in
            let store = SessionStore(database: bench.pool)
            let (account, identity) = (StepBench.accounts[0], [UInt8](repeating: 1, count: 32))
            let now = bench.clock.now
            func claim(seen: Int64) async throws -> Bool {
                try await store.claim(
                    account, identity: identity, seen: seen, now: now, till: now + .seconds(40))
            }
            func write() async throws -> Int64 {
                try await store.write(
                    account, identity: identity, sealedToken: [1], renewAt: nil, expiresAt: nil)
            }
            #expect(try await claim(seen: 0))
            #expect(try await !claim(seen: 0))
            #expect(try await write() == 1)
            #expect(try await !claim(seen: 0))
            #expect(try await claim(seen: 1))
            try await store.release(account, till: now + .seconds(40))
            #expect(try await claim(seen: 1))
            #expect(try await write() == 2)
            #expect(try await !claim(seen: 1))
        }
    }

    @Test("one that died while it asked holds the others up for no longer than it was given")
    func died() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let tokens = Tokens(provider)
            let connector = StepConnector(provider, session: tokens)
            let engine = try bench.engine(connector)
            let till = bench.clock.now + .seconds(3600)
            #expect(
                try await SessionStore(database: bench.pool).claim(
                    StepBench.accounts[0], identity: tokens.identity, seen: 0, now: bench.clock.now,
                    till: till))
            // Longer than one waits: it gives up, and says why.
            let answer = MutexBox<ProviderAnswer?>(nil)
            Task(executorPreference: bench.pool.reactor) { answer.value = await Self.ask(engine, connector) }
            let isOver = try await bench.eventually {
                bench.clock.advance(.seconds(1))
                return answer.value != nil
            }
            guard isOver, case .notSent(let why, _) = answer.value else { return #expect(Bool(false)) }
            #expect(why == "another process has been asking for a token for long")
            #expect(provider.calls("/token").isEmpty && provider.calls("/query").isEmpty)
            bench.clock.advance(.seconds(3600))
            guard case .response = await Self.ask(engine, connector) else { return #expect(Bool(false)) }
            #expect(provider.calls("/token").count == 1)
        }
    }

    // MARK: Refused ones

    @Test("after a 401 a new token is asked for once, and the request repeated once")
    func refused() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider(good: { $0 != "T1" })
            let connector = StepConnector(provider, session: Tokens(provider))
            let engine = try bench.engine(connector)
            guard case .response(let response) = await Self.ask(engine, connector) else {
                return #expect(Bool(false))
            }
            #expect(response.status == 200)
            #expect(provider.calls("/query").map(\.token) == ["T1", "T2"])
            #expect(provider.calls("/token").count == 2)
        }
    }

    @Test("where the new one is refused too, that is the answer")
    func refusedAgain() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider(good: { _ in false })
            let connector = StepConnector(provider, session: Tokens(provider))
            let engine = try bench.engine(connector)
            guard case .response(let response) = await Self.ask(engine, connector) else {
                return #expect(Bool(false))
            }
            #expect(response.status == 401)
            #expect(provider.calls("/query").map(\.token) == ["T1", "T2"])
            // What moves money is refused for want of a token, not unknown; it was offered twice and taken never.
            let ended = await Executor(engine, agenda: Agenda()).execute(
                try await bench.order(engine, .kesBank))
            #expect(ended.view.state == .failed && ended.view.reason == "misconfigured")
            #expect(provider.calls("/pay").map(\.token) == ["T3", "T4"])
        }
    }

    @Test("a payment that was answered 401 is made once, under the new token")
    func paidOnce() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider(good: { $0 != "T1" })
            let engine = try bench.engine(StepConnector(provider, session: Tokens(provider)))
            let ended = await Executor(engine, agenda: Agenda()).execute(
                try await bench.order(engine, .kesBank))
            #expect(ended.view.state == .succeeded)
            #expect(provider.calls("/pay").map(\.token) == ["T1", "T2"])
        }
    }

    @Test("many calls that are refused together get one new token, of two processes too", arguments: [1, 2])
    func refusedTogether(processes: Int) async throws {
        try await StepBench.with { bench in
            let revoked = MutexBox(false)
            let provider = try Self.provider(good: { $0 != "T1" || !revoked.value })
            let engines = try (0..<processes).map { _ in
                let connector = StepConnector(provider, session: Tokens(provider))
                return (try bench.engine(connector), connector)
            }
            #expect(await Self.statuses(1, engines) == [Int](repeating: 200, count: processes))
            revoked.value = true
            #expect(await Self.statuses(20, engines) == [Int](repeating: 200, count: 20 * processes))
            #expect(provider.calls("/token").count == 2)
            #expect(Set(provider.calls("/query").compactMap(\.token)) == ["T1", "T2"])
        }
    }

    // MARK: Renewing

    @Test("a token is renewed ahead of its end, and the old one serves until the new one is there")
    func ahead() async throws {
        try await StepBench.with { bench in
            let gates = [Gate(), Gate()]
            gates[0].open()
            let provider = try PlayedProvider { call in
                if call.path == "/token" { gates[call.number].wait() }
                return .answer(200, call.path == "/token" ? "T\(call.number + 1) 60 100" : "paid")
            }
            let connector = StepConnector(provider, session: Tokens(provider))
            let engines = [(try bench.engine(connector), connector)]
            #expect(await Self.statuses(1, engines) == [200])
            bench.clock.advance(.seconds(59))
            #expect(await Self.statuses(5, engines) == [200, 200, 200, 200, 200])
            #expect(provider.calls("/token").count == 1)
            bench.clock.advance(.seconds(2))
            async let renewing = Self.statuses(1, engines)
            #expect(try await bench.eventually { provider.calls("/token").count == 2 })
            #expect(await Self.statuses(5, engines) == [200, 200, 200, 200, 200])
            #expect(provider.calls("/query").allSatisfy { $0.token == "T1" })
            gates[1].open()
            #expect(await renewing == [200])
            #expect(await Self.statuses(1, engines) == [200])
            #expect(provider.calls("/query").suffix(2).map(\.token) == ["T2", "T2"])
        }
    }

    @Test("where no new one can be had the old one serves to its end; then nothing is sent, and it is told")
    func noneToBeHad() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                if call.path == "/token" {
                    return call.number == 0 ? .answer(200, "T1 60 100") : .answer(500, "")
                }
                return .answer(200, "paid")
            }
            let connector = StepConnector(provider, session: Tokens(provider))
            let engine = try bench.engine(connector)
            #expect(await Self.statuses(1, [(engine, connector)]) == [200])
            bench.clock.advance(.seconds(70))
            #expect(await Self.statuses(8, [(engine, connector)]) == [Int](repeating: 200, count: 8))
            #expect(provider.calls("/token").count == 2)
            bench.clock.advance(.seconds(40))
            let ended = await Executor(engine, agenda: Agenda()).execute(
                try await bench.order(engine, .kesBank))
            #expect(ended.view.state == .failed && ended.view.reason == "provider_unavailable")
            #expect(ended.view.reasonDetail?.contains("gave no token: HTTP 500") == true)
            #expect(try await bench.stored(ended).view.reasonDetail == ended.view.reasonDetail)
            #expect(provider.calls("/pay").isEmpty)
        }
    }

    @Test("a payment without a token goes to the next account; the first is not asked again at once")
    func elsewhere() async throws {
        try await StepBench.with { bench in
            let locked = try PlayedProvider { call in
                call.path == "/token" ? .answer(503, "") : .answer(200, "paid")
            }
            let open = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(
                StepConnector(locked, session: Tokens(locked)), StepConnector(open))
            for _ in 0..<5 {
                let ended = await Executor(engine, agenda: Agenda()).execute(
                    try await bench.order(engine, .kesBank))
                #expect(ended.view.state == .succeeded && ended.view.attempts == 2)
            }
            #expect(locked.calls("/token").count == 1)
            #expect(locked.calls("/pay").isEmpty && open.calls("/pay").count == 5)
            bench.clock.advance(.seconds(60))
            _ = await Executor(engine, agenda: Agenda()).execute(try await bench.order(engine, .kesBank))
            #expect(locked.calls("/token").count == 2)
        }
    }

    @Test("a token's answer that is lost leaves the payment unsent", arguments: [true, false])
    func lost(isReset: Bool) async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { call in
                call.path == "/token" ? (isReset ? .reset : .answer(200, "no token")) : .answer(200, "paid")
            }
            let engine = try bench.engine(StepConnector(provider, session: Tokens(provider)))
            let ended = await Executor(engine, agenda: Agenda()).execute(
                try await bench.order(engine, .kesBank))
            #expect(ended.view.state == .failed && ended.view.reason == "provider_unavailable")
            #expect(provider.calls("/pay").isEmpty)
        }
    }

    // MARK: Credentials

    @Test("other credentials get a token of their own")
    func credentials() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            var tokens = Tokens(provider)
            let old = StepConnector(provider, session: tokens)
            tokens.identity = [UInt8](repeating: 2, count: 32)
            let new = StepConnector(provider, session: tokens)
            let engine = try bench.engine(old)
            #expect(await Self.statuses(1, [(engine, old)]) == [200])
            #expect(await Self.statuses(3, [(engine, new)]) == [200, 200, 200])
            #expect(await Self.statuses(3, [(try bench.engine(new), new)]) == [200, 200, 200])
            #expect(
                provider.calls("/token").map { Array($0.body.utf8) } == [
                    [UInt8](repeating: 1, count: 32), tokens.identity,
                ])
            #expect(provider.calls("/query").map(\.token) == ["T1"] + [String?](repeating: "T2", count: 6))
        }
    }

    @Test("a token that the configuration tells is used first, and another asked for once it is refused")
    func configured() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider(good: { $0 != "C1" })
            var tokens = Tokens(provider)
            tokens.configured = SessionGrant(token: "C1")
            let connector = StepConnector(provider, session: tokens)
            let engine = try bench.engine(connector)
            #expect(await Self.statuses(1, [(engine, connector)]) == [200])
            #expect(provider.calls("/query").map(\.token) == ["C1", "T1"])
            // A process that begins afterwards is not misled by the configuration.
            #expect(await Self.statuses(1, [(try bench.engine(connector), connector)]) == [200])
            #expect(provider.calls("/query").last?.token == "T1" && provider.calls("/token").count == 1)
            // An operator puts a new one in the place of a refused one.
            tokens.identity = [UInt8](repeating: 3, count: 32)
            tokens.configured = SessionGrant(token: "C2")
            let mended = StepConnector(provider, session: tokens)
            #expect(await Self.statuses(1, [(engine, mended)]) == [200])
            #expect(provider.calls("/query").last?.token == "C2" && provider.calls("/token").count == 1)
        }
    }

    // MARK: At rest

    @Test("a token is stored sealed, for its account alone")
    func sealed() async throws {
        try await StepBench.with { bench in
            let secret = "very-secret-token-7f3a"
            let provider = try PlayedProvider { call in
                call.path == "/token" ? .answer(200, "\(secret) 60 100") : .answer(200, "paid")
            }
            let connector = StepConnector(provider, session: Tokens(provider))
            let engine = try bench.engine(connector)
            #expect(await Self.statuses(1, [(engine, connector)]) == [200])
            let stored = try #require(
                try await SessionStore(database: bench.pool).read(StepBench.accounts[0]))
            let sealed = try #require(stored.sealedToken)
            #expect(
                sealed.firstRange(of: Array(secret.utf8)) == nil && sealed.count >= secret.utf8.count + 28)
            let dump = try await bench.dump().lowercased()
            let bytes = Data(secret.utf8)
            let hex = bytes.map { String(format: "%02x", $0) }.joined()
            for clear in [secret, hex, bytes.base64EncodedString().lowercased()] {
                #expect(!dump.contains(clear))
            }
            #expect(
                try engine.vault.open(sealed, for: .session, id: StepBench.accounts[0]) == Array(secret.utf8))
            #expect(throws: VaultError.self) {
                try engine.vault.open(sealed, for: .session, id: StepBench.accounts[1])
            }
        }
    }

    @Test("one that was tampered with is not used: a new one is asked for")
    func tampered() async throws {
        try await StepBench.with { bench in
            let provider = try Self.provider()
            let connector = StepConnector(provider, session: Tokens(provider))
            #expect(await Self.statuses(1, [(try bench.engine(connector), connector)]) == [200])
            _ = try await bench.pool.query(
                Statement(
                    "test_tamper",
                    "UPDATE provider_sessions SET sealed_token = sealed_token || '\\x00'::bytea"),
                [])
            #expect(await Self.statuses(1, [(try bench.engine(connector), connector)]) == [200])
            #expect(provider.calls("/token").count == 2 && provider.calls("/query").count == 2)
            #expect(Set(provider.calls("/query").compactMap(\.token)).count == 2)
        }
    }
}
