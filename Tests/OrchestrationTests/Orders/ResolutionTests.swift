import Core
import Testing

@testable import Orchestration

@Suite("An operator's decision", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct ResolutionTests {
    @Test("is not taken while an attempt is on its way", arguments: Resolution.allCases)
    func inFlight(_ resolution: Resolution) async throws {
        try await OrderStoreTests.with { store, pool in
            let now = OrderStoreTests.now
            let record = try await OrderStoreTests.insert(store, due: now + .seconds(40))
            var raised = record.untouched(at: now, kind: "review_raised", actor: "provider", holding: nil)
            raised.record.view.review = ReviewReason.amountMismatch.rawValue
            raised.due = now + .seconds(40)
            #expect(try await store.write(raised))
            let engine = try ExecutorTests.engine(pool, .init(grace: nil), at: now)
            let orders = Orders(engine, agenda: Agenda())
            let ended = try? await orders.resolve(record.view.id, as: resolution, by: "me", why: "seen")
            #expect((ended != nil) == (resolution == .keep))
            let stored = try #require(try await store.order(record.view.id, merchant: nil))
            #expect(stored.attempt?.state == .sending && stored.due == now + .seconds(40))
            #expect((stored.view.review == nil) == (resolution == .keep))
        }
    }

    @Test(
        "to keep a payout as it is ends it, where its attempt had failed meanwhile; no other account is tried"
    )
    func keptFailure() async throws {
        try await StepBench.with { bench in
            let first = try PlayedProvider { .answer(200, $0.path == "/pay" ? "taken" : "failed") }
            let second = try PlayedProvider { _ in .answer(200, "paid") }
            let engine = try bench.engine(StepConnector(first), StepConnector(second))
            let executor = Executor(engine, agenda: Agenda())
            let taken = await executor.execute(try await bench.order(engine, .kesBank))
            var raised = taken.untouched(
                at: bench.clock.now, kind: "review_raised", actor: "provider", holding: nil)
            raised.record.view.review = ReviewReason.accountMismatch.rawValue
            #expect(try await engine.write(raised))
            let failed = await executor.poll(try await bench.stored(taken))
            #expect(failed.view.state == .pending && failed.attempt?.state == .failed)
            let orders = Orders(engine, agenda: Agenda())
            let ended = try await orders.resolve(taken.view.id, as: .keep, by: "me", why: "a stray message")
            #expect(ended.state == .failed && ended.review == nil)
            #expect(ended.reason == "declined" && ended.reasonDetail == "a stray message")
            let stored = try await bench.stored(taken)
            #expect(stored.due == nil && stored.view.finishedAt != nil && second.calls("/pay").isEmpty)
        }
    }
}
