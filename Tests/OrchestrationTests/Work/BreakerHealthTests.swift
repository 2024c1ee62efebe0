import Core
import Routing
import Testing

@testable import Orchestration

@Suite("Health and breakers", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BreakerHealthTests {
    @Test("an account that nobody has tried for long since it might be is no news; one that fails is")
    func untried() async throws {
        try await StepBench.with { bench in
            let engine = try bench.engine(StepConnector(try PlayedProvider { _ in .answer(200, "paid") }))
            func isDegraded() async -> Bool { await engine.health().accounts[0].status == .degraded }
            func fail(_ times: Int) {
                let report = AttemptReport(
                    account: StepBench.accounts[0], method: .kesBank, bank: nil, verdict: .failure,
                    latency: nil, at: bench.clock.now)
                engine.learning.take(
                    Array(repeating: report, count: times), by: engine.directory.current.plan)
            }
            #expect(await !isDegraded())
            fail(5)
            #expect(await isDegraded())
            // Half-open since 10 seconds after it opened.
            bench.clock.advance(.seconds(60))
            #expect(await isDegraded())
            bench.clock.advance(.seconds(3600))
            #expect(await !isDegraded())
            #expect(engine.breakers().contains { $0.state == .halfOpen })
            fail(1)
            #expect(await isDegraded())
        }
    }
}
