import Core
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("Half-open breakers", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BreakerGateTests {
    private static let now = OrderStoreTests.now

    /// Two accounts, the first of which has failed five times in a row until now, by the log of attempts.
    private static func with(_ body: @escaping @Sendable (Engine, [Contender]) async throws -> Void)
        async throws
    {
        try await TestDatabase.with { pool in
            let connector = ExecutorTests.Silent(grace: nil)
            let ids = [Identifier(high: 1, low: 1), Identifier(high: 1, low: 2)]
            let engine = try ExecutorTests.engine(
                pool, ids.map { ExecutorTests.account(connector, $0) }, at: Self.now + .seconds(10))
            let failures = (0..<5).map { _ in
                AttemptReport(
                    account: ids[0], method: .kesEWallet, bank: nil, verdict: .failure, latency: nil,
                    at: Self.now)
            }
            engine.learning.take(failures, by: .empty)
            let contenders = ids.enumerated().map { place, id in
                var contender = Contender(
                    account: id, isEnabled: true,
                    limits: Contender.Limits(amounts: 1...1000, step: 1), priority: place,
                    isRequestInvalid: false)
                contender.breaker = engine.breaker(of: id, .kesEWallet, at: engine.clock.now())
                return contender
            }
            try await body(engine, contenders)
        }
    }

    private static func question(_ engine: Engine) -> RoutingQuestion {
        let nobody = Identifier(high: 0, low: 0)
        return RoutingQuestion(
            order: nobody, merchant: nobody, app: nobody, method: .kesEWallet, amount: 100,
            time: engine.clock.now())
    }

    @Test(
        "let three through, of however many ask at once on however many threads; the others go on to the next"
    )
    func crowd() async throws {
        try await Self.with { engine, contenders in
            #expect(contenders.map(\.breaker) == [.halfOpen(admits: true), .closed])
            let firsts = await withTaskGroup(of: Identifier?.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        engine.decide(Self.question(engine), among: contenders, by: .empty).candidates.first
                    }
                }
                return await group.reduce(into: [Identifier?]()) { $0.append($1) }
            }
            #expect(firsts.count { $0 == contenders[0].account } == 3)
            #expect(firsts.count { $0 == contenders[1].account } == 197)
            let left = engine.breaker(of: contenders[0].account, .kesEWallet, at: engine.clock.now())
            #expect(left == .halfOpen(admits: false))
        }
    }

    @Test("give nothing away to who only asks")
    func asking() async throws {
        try await Self.with { engine, contenders in
            for _ in 0..<50 {
                let now = engine.clock.now()
                #expect(
                    engine.breaker(of: contenders[0].account, .kesEWallet, at: now) == .halfOpen(admits: true)
                )
            }
        }
    }

    @Test("are closed by a reset in the log, at its place")
    func reset() async throws {
        try await Self.with { engine, contenders in
            func report(_ verdict: AttemptReport.Verdict, at time: Timestamp) -> AttemptReport {
                AttemptReport(
                    account: contenders[0].account, method: .kesEWallet, bank: nil, verdict: verdict,
                    latency: nil,
                    at: time)
            }
            let before = report(.failure, at: Self.now + .seconds(1))
            let reset = report(.reset, at: Self.now + .seconds(2))
            engine.learning.take([reset] + Array(repeating: before, count: 9), by: .empty)
            let now = engine.clock.now()
            #expect(engine.breaker(of: contenders[0].account, .kesEWallet, at: now) == .closed)
            engine.learning.take(Array(repeating: report(.failure, at: now), count: 5), by: .empty)
            #expect(engine.breaker(of: contenders[0].account, .kesEWallet, at: now) == .open)
        }
    }
}
