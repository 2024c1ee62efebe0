import Core
import Postgres
import Reactor
import Routing
import Testing

@testable import Orchestration

@Suite("Balances")
struct BalanceTests {
    static let account = OrderStoreTests.account
    static let now = OrderStoreTests.now

    static func told(_ balance: Int64, reserved: Int64 = 0, at time: Timestamp = now) -> [Identifier:
        KnownAccount]
    {
        [
            account: KnownAccount(
                balance: balance, balanceAt: time, reserved: reserved, unservedBanks: ["KBANK"], banksAt: time
            )
        ]
    }

    @Test("are what was told less what payouts take, this process's own included until a reading has them")
    func reserving() {
        let balances = BalanceBook()
        #expect(balances.funds(of: Self.account, since: Self.now) == .unknown)
        balances.replace(Self.told(1000, reserved: 100), asOf: balances.mark())
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(900))
        let (first, second) = (Identifier(high: 1, low: 1), Identifier(high: 1, low: 2))
        balances.reserve(50, for: first, of: Self.account)
        balances.reserve(30, for: second, of: Self.account)
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(820))
        let before = balances.mark()
        balances.commit(first)
        balances.release(second)
        // Read before the commit: it may not have it.
        balances.replace(Self.told(1000, reserved: 100), asOf: before)
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(850))
        balances.replace(Self.told(1000, reserved: 150), asOf: balances.mark())
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(850))
        // One that was begun earlier and came later is of no use.
        balances.replace(Self.told(5000), asOf: before)
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(850))
    }

    @Test(
        "are not known when they are old, or after a refusal for want of money until the provider was asked again"
    )
    func doubts() {
        let balances = BalanceBook()
        balances.replace(Self.told(1000), asOf: balances.mark())
        #expect(balances.funds(of: Self.account, since: Self.now + .seconds(1)) == .unknown)
        #expect(balances.isUnserved("KBANK", by: Self.account, since: Self.now))
        #expect(!balances.isUnserved("SCB", by: Self.account, since: Self.now))
        #expect(!balances.isUnserved("KBANK", by: Self.account, since: Self.now + .seconds(1)))
        balances.suspect(Self.account, at: Self.now + .seconds(5))
        #expect(balances.funds(of: Self.account, since: Self.now) == .unknown)
        balances.replace(Self.told(700, at: Self.now + .seconds(6)), asOf: balances.mark())
        #expect(balances.funds(of: Self.account, since: Self.now) == .available(700))
    }
}

@Suite("Reservations", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct ReservationTests {
    static let now = OrderStoreTests.now

    /// A payout of 500.00 shillings that is being sent and takes as much of the balance.
    static func payout(_ store: OrderStore, _ reference: String) async throws -> OrderRecord {
        var record = OrderChangeTests.record(attempt: .sending)
        record.view.id = Identifier(at: now)
        record.view.referenceNumber = reference
        record.view.version = 1
        record.decision = Array("{}".utf8)
        record.fence = 1
        var attempt = AttemptRecord(for: OrderStoreTests.account, ordinal: 1, at: now)
        attempt.reserved = record.view.amount.minor
        record.attempt = attempt
        try await store.insert(record, due: now, claim: nil, detail: Array("{}".utf8))
        return record
    }

    static func tell(_ status: AccountStatusStore, _ minor: Int64, after seconds: Int, holds: Bool)
        async throws
    {
        try await status.write(
            balance: Money(minor: minor, .kes), of: OrderStoreTests.account, askedAt: now + .seconds(seconds),
            holdsPayouts: holds)
    }

    static func left(_ status: AccountStatusStore) async throws -> Int64? {
        try await status.known(of: [OrderStoreTests.account])[OrderStoreTests.account]?.available
    }

    @Test(
        "end when a newer balance shows the payout: once accepted where its provider holds it, else once it has succeeded",
        arguments: [true, false])
    func shown(_ holds: Bool) async throws {
        try await OrderStoreTests.with { store, pool in
            let status = AccountStatusStore(database: pool)
            try await Self.tell(status, 200_000, after: 0, holds: holds)
            var record = try await Self.payout(store, "r1")
            #expect(try await Self.left(status) == 150_000)
            let accepted = try #require(
                record.change(on: .accepted(Acceptance()), OrderChangeTests.context(holding: 1)))
            #expect(try await store.write(accepted))
            record = accepted.record
            // Asked before it was accepted, or so shortly after that clocks may differ.
            try await Self.tell(status, 200_000, after: 1, holds: holds)
            #expect(try await Self.left(status) == 150_000)
            try await Self.tell(status, 150_000, after: 5, holds: holds)
            #expect(try await Self.left(status) == (holds ? 150_000 : 100_000))
            let paid = Outcome.succeeded(Settlement(amount: record.view.amount))
            let success = try #require(record.change(on: paid, OrderChangeTests.context(holding: 1)))
            #expect(try await store.write(success))
            #expect(try await Self.left(status) == (holds ? 150_000 : 100_000))
            try await Self.tell(status, 150_000, after: 10, holds: holds)
            #expect(try await Self.left(status) == 150_000)
            // An older answer that comes late changes nothing.
            try await Self.tell(status, 900_000, after: 9, holds: holds)
            #expect(try await Self.left(status) == 150_000)
        }
    }

    @Test("are of the newest balance, but not of one that was asked for by a clock that is ahead")
    func ahead() async throws {
        try await OrderStoreTests.with { store, pool in
            let status = AccountStatusStore(database: pool)
            try await Self.tell(status, 200_000, after: 3600, holds: true)
            try await Self.tell(status, 50_000, after: 5, holds: true)
            #expect(try await Self.left(status) == 50_000)
            try await Self.tell(status, 200_000, after: 3600, holds: true)
            var looked = AccountStatus(account: OrderStoreTests.account)
            (looked.balance, looked.askedAt) = (Money(minor: 30_000, .kes), Self.now + .seconds(10))
            looked.checkedAt = looked.askedAt
            try await status.write(looked)
            #expect(try await Self.left(status) == 30_000)
            // Nor is a look put off until that clock's time.
            func claimed(_ seconds: Int, next: Int) async throws -> Bool {
                try await !status.claim(
                    [OrderStoreTests.account], now: Self.now + .seconds(seconds),
                    next: Self.now + .seconds(next)
                ).isEmpty
            }
            #expect(try await claimed(3600, next: 3630))
            #expect(try await claimed(20, next: 50))
            #expect(try await !claimed(21, next: 51))
            #expect(try await claimed(50, next: 80))
        }
    }

    @Test("end with a refusal")
    func refused() async throws {
        try await OrderStoreTests.with { store, pool in
            let status = AccountStatusStore(database: pool)
            try await Self.tell(status, 200_000, after: 0, holds: false)
            let record = try await Self.payout(store, "r1")
            let refusal = Outcome.rejected(OrderChangeTests.refusal)
            let change = try #require(record.change(on: refusal, OrderChangeTests.context(holding: 1)))
            #expect(try await store.write(change))
            #expect(try await Self.left(status) == 200_000)
        }
    }
}

@Suite("Balances that are asked for", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BalanceQuestionTests {
    @Test("are asked for once, however many payouts wait for one")
    func together() async throws {
        try await StepBench.with { bench in
            let gate = Gate()
            let provider = try PlayedProvider { _ in
                gate.wait()
                return .answer(200, "500.00")
            }
            let engine = try bench.engine(StepConnector(provider, tellsBalance: true))
            let id = StepBench.accounts[0]
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask(executorPreference: bench.pool.reactor) {
                        await engine.askForBalances(of: [id])
                        #expect(engine.funds.balances.known(of: id)?.balance == 50_000)
                    }
                }
                _ = try? await bench.eventually { !provider.calls("/balance").isEmpty }
                await bench.pool.reactor.sleep(for: .milliseconds(100))
                gate.open()
            }
            #expect(provider.calls("/balance").count == 1)
        }
    }

    @Test("are asked for no more than once a second where the provider does not tell")
    func refused() async throws {
        try await StepBench.with { bench in
            let provider = try PlayedProvider { _ in .answer(500, "") }
            let engine = try bench.engine(StepConnector(provider, tellsBalance: true))
            let began = ContinuousClock.now
            for _ in 0..<3 { await engine.askForBalances(of: [StepBench.accounts[0]]) }
            #expect(provider.calls("/balance").count == 3)
            #expect(ContinuousClock.now - began >= .milliseconds(1900))
        }
    }
}
