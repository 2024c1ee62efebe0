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
}
