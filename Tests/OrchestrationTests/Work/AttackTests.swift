import Connectors
import Core
import Testing

@testable import Orchestration

@Suite(
    "Stalls, late answers and doubtful refusals",
    .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct AttackTests {
    private static func execute(_ engine: Engine, _ record: OrderRecord) async -> OrderRecord {
        await Executor(engine, agenda: Agenda()).execute(record)
    }

    // MARK: Sending

    @Test("a process that stalls right before it sends does not send once its lease is over")
    func stalled() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(
                StepConnector(provider, makingSubmission: { bench.clock.advance(.seconds(41)) }))
            _ = await Self.execute(engine, try await bench.order(engine, .kesBank))
            #expect(provider.calls("/pay").isEmpty)
        }
    }
}
