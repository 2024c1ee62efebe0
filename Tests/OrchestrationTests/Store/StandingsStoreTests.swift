import Core
import JSON
import Postgres
import Reactor
import Testing

@testable import Orchestration
@testable import Routing

@Suite("The log of reports", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct StandingsStoreTests {
    static let now = OrderStoreTests.now

    private static let insert = Statement(
        "test_report",
        """
        INSERT INTO attempt_reports (account_id, method, verdict, latency_ms, at)
        VALUES ($1::uuid, $2::text, $3::text, $4::bigint, $5::timestamptz)
        """)

    private static func values(
        _ verdict: String = "success", latency: Int64 = 100, at time: Timestamp = now,
        method: String = "THB_QR"
    ) -> [Value] {
        [Value(Identifier(high: 5, low: 5)), .text(method), .text(verdict), .int(latency), Value(time)]
    }

    private static func settled(_ pool: PostgresPool, at time: Timestamp = now + .seconds(1)) throws -> Engine
    {
        try ExecutorTests.engine(pool, [], at: time)
    }

    @Test("a change that says something is written with what it says, in one commit")
    func written() async throws {
        try await OrderStoreTests.with { store, pool in
            let record = try await OrderStoreTests.insert(store)
            let lost = try #require(record.change(on: .unknown("lost"), OrderChangeTests.context(holding: 1)))
            #expect(try await store.write(lost))
            // Somebody else has written since: nothing of it is.
            #expect(try await store.write(lost) == false)
            let entries = try await StandingsStore(database: pool).reports(
                after: .beginning, settled: Self.now + .seconds(60))
            #expect(entries.compactMap(\.report?.verdict) == [.timeout])
            #expect(entries.first?.report?.account == OrderStoreTests.account)
        }
    }

    @Test("a payout that arrives after weeks is written all the same, with what an hour would say")
    func slow() async throws {
        try await OrderStoreTests.with { store, pool in
            let record = try await OrderStoreTests.insert(store)
            let taken = try #require(
                record.change(on: .accepted(Acceptance()), OrderChangeTests.context(holding: 1)))
            #expect(try await store.write(taken))
            var later = OrderChangeTests.context(.callback, holding: nil)
            later.now = Self.now + .seconds(40 * 86_400)
            let arrived = Outcome.succeeded(Settlement(amount: record.view.amount))
            #expect(try await store.write(try #require(taken.record.change(on: arrived, later))))
            let entries = try await StandingsStore(database: pool).reports(
                after: .beginning, settled: later.now + .seconds(60))
            #expect(entries.compactMap(\.report?.latency) == [3_600_000])
        }
    }

    @Test("what an older transaction may still write is waited for, so that everybody reads the same order")
    func order() async throws {
        try await TestDatabase.with { pool in
            let store = StandingsStore(database: pool)
            _ = try await pool.transaction(deadline: .seconds(10)) { older in
                _ = try await older.query(Self.insert, Self.values("failure"))
                _ = try await pool.query(Self.insert, Self.values("success"))
                let early = try await store.reports(after: .beginning, settled: Self.now)
                #expect(early.isEmpty)
                // One that is as old as no statement of ours gets is none of ours.
                let waited = try await store.reports(after: .beginning, settled: Self.now + .seconds(1))
                #expect(waited.compactMap(\.report?.verdict) == [.success])
            }
            let entries = try await store.reports(after: .beginning, settled: Self.now)
            #expect(entries.compactMap(\.report?.verdict) == [.failure, .success])
            let rest = try await store.reports(after: try #require(entries.first?.place), settled: Self.now)
            #expect(rest.compactMap(\.report?.verdict) == [.success])
        }
    }

    @Test("two who read the same log agree to the last bit, and a third that begins from what one kept")
    func agreement() async throws {
        try await TestDatabase.with { pool in
            let engines = try (0..<3).map { _ in try Self.settled(pool) }
            for number in 0..<300 {
                let verdict = number % 7 == 0 ? "failure" : "success"
                _ = try await pool.query(Self.insert, Self.values(verdict, latency: Int64(50 + number)))
            }
            let first = Learner(engines[0])
            await first.start()
            await first.stop()
            for number in 0..<50 {
                _ = try await pool.query(Self.insert, Self.values("timeout", latency: Int64(number)))
            }
            let second = Learner(engines[1])
            await second.start()
            await second.stop()
            _ = try await pool.query(Statement("test_forget", "DELETE FROM attempt_reports"), [])
            await Learner(engines[2]).learnOnce()
            #expect(engines[1].learning.copy.snapshot() == engines[2].learning.copy.snapshot())
            #expect(engines[0].learning.copy.snapshot() != engines[2].learning.copy.snapshot())
            #expect(engines[2].learning.read { $0.scores.pools[.thbQR]?.accounts.clock } == 350)
        }
    }

    @Test("a place of another server's, as after a restore, is the log's beginning")
    func restored() async throws {
        try await TestDatabase.with { pool in
            let store = StandingsStore(database: pool)
            var standings = Standings()
            standings.record(
                AttemptReport(
                    account: Identifier(high: 5, low: 5), method: .thbQR, bank: nil, verdict: .success,
                    latency: 70, at: Self.now))
            let far = LogPlace(transaction: 1 << 40, id: 1)
            try await store.keep(standings.snapshot(), upTo: far, at: Self.now, since: Self.now)
            _ = try await pool.query(Self.insert, Self.values())
            let newest = try #require(try await store.newest())
            #expect(newest.place == .beginning && newest.snapshot.count > 50)
            let engine = try Self.settled(pool)
            let learner = Learner(engine)
            await learner.start()
            await learner.stop()
            #expect(engine.learning.read { $0.scores.pools[.thbQR]?.accounts.clock } == 2)
            let kept = try #require(try await store.newest())
            #expect(kept.place > .beginning && kept.place < far)
        }
    }

    @Test(
        "reports of another server's future, as after a restore, do not hide those that are written from then on"
    )
    func restoredReports() async throws {
        try await TestDatabase.with { pool in
            _ = try await pool.query(
                Statement(
                    "test_report_of_another",
                    """
                    INSERT INTO attempt_reports (xid, account_id, method, verdict, at)
                    VALUES ('1099511627776'::xid8, $1::uuid, 'THB_QR', 'failure', $2::timestamptz)
                    """), [Value(Identifier(high: 5, low: 5)), Value(Self.now - .seconds(60))])
            let engine = try Self.settled(pool, at: Self.now + .seconds(700))
            let learner = Learner(engine)
            await learner.start()
            _ = try await pool.query(Self.insert, Self.values(latency: 123))
            engine.learning.noteReport()
            #expect(try await Self.learns(123, engine))
            await learner.stop()
            // Nor do they stay for ever.
            let left = try await pool.query(
                Statement("test_left", "SELECT count(*) AS n FROM attempt_reports WHERE xid > '1000000000'"),
                [])
            #expect(try left.first?.int("n") == 0)
        }
    }

    /// Whether a latency becomes known within five seconds.
    private static func learns(_ milliseconds: Int64, _ engine: Engine) async throws -> Bool {
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end {
            let known = engine.learning.read { $0.latency(of: Identifier(high: 5, low: 5), for: .thbQR) }
            if known == milliseconds { return true }
            await engine.reactor.sleep(for: .milliseconds(5))
        }
        return false
    }

    @Test("who could not read what was kept when it started does so later, and does not begin from nothing")
    func unreachable() async throws {
        try await TestDatabase.with { pool in
            var standings = Standings()
            standings.record(
                AttemptReport(
                    account: Identifier(high: 5, low: 5), method: .thbQR, bank: nil, verdict: .success,
                    latency: 70, at: Self.now))
            try await StandingsStore(database: pool).keep(
                standings.snapshot(), upTo: LogPlace(transaction: 3, id: 1), at: Self.now, since: Self.now)
            _ = try await pool.query(
                Statement("test_hide", "ALTER TABLE standings RENAME TO hidden_standings"), [])
            let engine = try Self.settled(pool)
            let learner = Learner(engine)
            await learner.start()
            _ = try await pool.query(
                Statement("test_show", "ALTER TABLE hidden_standings RENAME TO standings"), [])
            #expect(try await Self.learns(70, engine))
            await learner.stop()
        }
    }

    @Test("the constants of the rules are in force from the start, not from the first report on")
    func constants() async throws {
        try await TestDatabase.with { pool in
            let engine = try Self.settled(pool)
            let rules = try RuleDocument(
                JSON.parse(
                    Array(
                        #"{"format":1,"rules":[{"name":"r","strategy":"adaptive"}],"adaptive":{"memory":1234}}"#
                            .utf8)))
            engine.directory.swap(engine.directory.current.routed(by: rules, revision: 1))
            await Learner(engine).learnOnce()
            let settings = engine.learning.read { $0.settings }
            #expect(settings == engine.directory.current.plan.adaptive && settings != AdaptiveSettings())
        }
    }

    @Test("transactions are in order as numbers, not as words")
    func numbers() async throws {
        try await TestDatabase.with { pool in
            for (transaction, verdict) in [("9", "success"), ("10", "failure"), ("101", "timeout")] {
                _ = try await pool.query(
                    Statement(
                        "test_report_at",
                        """
                        INSERT INTO attempt_reports (xid, account_id, method, verdict, at)
                        VALUES ($1::text::xid8, $2::uuid, 'THB_QR', $3::text, $4::timestamptz)
                        """),
                    [.text(transaction), Value(Identifier(high: 5, low: 5)), .text(verdict), Value(Self.now)])
            }
            let entries = try await StandingsStore(database: pool).reports(
                after: LogPlace(transaction: 8, id: 0), settled: Self.now)
            #expect(entries.map(\.place.transaction) == [9, 10, 101])
        }
    }

    @Test("only more is kept, and not more often than it need be")
    func keeping() async throws {
        try await TestDatabase.with { pool in
            let store = StandingsStore(database: pool)
            func keep(_ id: Int64, _ text: String, at seconds: Int64, since: Int64) async throws -> String? {
                try await store.keep(
                    Array(text.utf8), upTo: LogPlace(transaction: 3, id: id),
                    at: Self.now + .seconds(seconds), since: Self.now + .seconds(since))
                return try await store.newest().map { String(decoding: $0.snapshot, as: UTF8.self) }
            }
            var seen: [String?] = []
            seen.append(try await keep(5, "[5]", at: 0, since: 0))
            seen.append(try await keep(4, "[4]", at: 100, since: 100))
            seen.append(try await keep(6, "[6]", at: 10, since: -5))
            seen.append(try await keep(6, "[6]", at: 20, since: 5))
            #expect(seen == ["[5]", "[5]", "[5]", "[6]"])
            // Kept by a clock that is a day ahead: the next one need not wait for that day.
            seen = [try await keep(7, "[7]", at: 86_400, since: 86_385)]
            seen.append(try await keep(8, "[8]", at: 40, since: 25))
            #expect(seen == ["[7]", "[8]"])
        }
    }

    @Test("words of a newer version are passed over")
    func foreign() async throws {
        try await TestDatabase.with { pool in
            _ = try await pool.query(Self.insert, Self.values("miracle"))
            _ = try await pool.query(Self.insert, Self.values(method: "XYZ_QR"))
            _ = try await pool.query(Self.insert, Self.values())
            let entries = try await StandingsStore(database: pool).reports(
                after: .beginning, settled: Self.now)
            #expect(entries.map { $0.report != nil } == [false, false, true])
        }
    }

    @Test("a report that is committed here is learned without waiting for the next round")
    func woken() async throws {
        try await TestDatabase.with { pool in
            let engine = try Self.settled(pool)
            let learner = Learner(engine)
            await learner.start()
            _ = try await pool.query(Self.insert, Self.values(latency: 123))
            engine.learning.noteReport()
            #expect(try await Self.learns(123, engine))
            await learner.stop()
        }
    }
}
