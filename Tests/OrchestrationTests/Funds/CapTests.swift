import Connectors
import Core
import HTTPClient
import JSON
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("Caps", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct CapTests {
    static let now = OrderStoreTests.now
    static let id = OrderStoreTests.account
    /// Of every order here.
    static let amount: Int64 = 50_000

    static func account(
        _ caps: [Cap], _ connector: any Connector = ExecutorTests.Silent(grace: nil), _ id: Identifier = id
    ) -> ProviderAccount {
        ProviderAccount(
            id: id, name: "a\(id.low)", isEnabled: true, priority: 1, methods: [.kesEWallet],
            connector: connector, callbackAddresses: [], proxy: nil,
            limits: AccountLimits(caps: caps))
    }

    /// Like a process of its own.
    static func engine(_ pool: PostgresPool, _ caps: [Cap], at time: Timestamp = now) throws -> Engine {
        try ExecutorTests.engine(pool, [account(caps)], at: time)
    }

    /// Commits an order with an attempt, as a taken payment does; `nil` where a cap has no room.
    static func place(
        _ engine: Engine, _ reference: String, at time: Timestamp = now, by account: Identifier = id
    ) async throws -> OrderRecord? {
        var record = OrderChangeTests.record(attempt: nil)
        record.view.id = Identifier(at: time)
        record.view.merchant = OrderStoreTests.merchant
        record.view.referenceNumber = reference
        record.view.version = 1
        record.decision = Array("{}".utf8)
        record.sealedCounterparty = nil
        record.fence = 1
        let attempt = AttemptRecord(for: account, ordinal: 1, at: time)
        record.attempt = attempt
        let store = OrderStore(database: engine.database)
        let made = record
        do throws(PostgresError) {
            try await engine.commit(attempt, .kesEWallet, record.view.amount) { share throws(PostgresError) in
                try await store.insert(
                    made, due: time, claim: nil, detail: Array("{}".utf8), counting: share)
            }
            return record
        } catch {
            guard error.isCapReached else { throw error }
            return nil
        }
    }

    static func usage(_ engine: Engine, _ period: Cap.Period = .day) async throws -> CapUsage? {
        let usage = try await CapStore(database: engine.database).usage(of: [id], at: engine.clock.now())
        return usage.first { $0.key.period == period }?.value
    }

    @Test("are exact however many commit at once, in two processes")
    func concurrency() async throws {
        try await OrderStoreTests.with(connections: 8) { store, pool in
            let caps = [
                Cap(.kesEWallet, per: .day, payments: 57),
                Cap(.kesEWallet, per: .month, amount: 60 * Self.amount),
            ]
            let engines = [try Self.engine(pool, caps), try Self.engine(pool, caps)]
            let placed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    let engine = engines[number % 2]
                    group.addTask(executorPreference: pool.reactor) {
                        try await Self.place(engine, "r\(number)") != nil
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(placed == 57)
            #expect(try await Self.count(pool, "attempts") == 57)
            #expect(try await Self.count(pool, "orders") == 57)
            let used = try #require(try await Self.usage(engines[0]))
            #expect(used.payments == 57 && used.amount == 57 * Self.amount)
            // Whoever met the cap knows of it without waiting.
            let contender = engines[1].contender(
                Self.account(caps), .kesEWallet, bank: nil, isRequestInvalid: false, at: Self.now)
            #expect(contender.room.payments == 0)
            #expect(contender.room.amount == 3 * Self.amount)
        }
    }

    static func count(_ pool: PostgresPool, _ table: StaticString) async throws -> Int64 {
        let statement = Statement(table, "SELECT count(*) AS n FROM \(table)")
        return try #require(try await pool.query(statement, []).first).int("n")
    }

    @Test("give room back for what came to nothing, once")
    func givingBack() async throws {
        try await OrderStoreTests.with(connections: 8) { store, pool in
            let engine = try Self.engine(pool, [Cap(.kesEWallet, per: .day, amount: 10 * Self.amount)])
            var records: [OrderRecord] = []
            for number in 0..<10 {
                records.append(try #require(try await Self.place(engine, "r\(number)")))
            }
            #expect(try await Self.place(engine, "one-too-many") == nil)
            let refused = Outcome.rejected(OrderChangeTests.refusal)
            let changes = try records.prefix(4).map {
                try #require($0.change(on: refused, OrderChangeTests.context(holding: 1)))
            }
            let written = try await withThrowingTaskGroup(of: Bool.self) { group in
                for change in changes + changes {
                    group.addTask(executorPreference: pool.reactor) { try await engine.write(change) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(written == 4)
            #expect(try await Self.usage(engine)?.payments == 6)
            // What is accepted, and what succeeds, still counts.
            let paid = Outcome.succeeded(Settlement(amount: Money(minor: Self.amount, .kes)))
            let success = try #require(
                records[9].change(on: paid, OrderChangeTests.context(holding: 1)))
            #expect(try await engine.write(success))
            #expect(try await Self.usage(engine)?.amount == 6 * Self.amount)
            for number in 0..<4 { #expect(try await Self.place(engine, "again-\(number)") != nil) }
            #expect(try await Self.place(engine, "full") == nil)
        }
    }

    @Test("give room back while their account cannot be used, too")
    func unusable() async throws {
        try await OrderStoreTests.with { store, pool in
            let engine = try Self.engine(pool, [Cap(.kesEWallet, per: .day, payments: 1)])
            let record = try #require(try await Self.place(engine, "r"))
            let stored = AccountRecord(
                id: Self.id, name: "one", connector: "silent", isEnabled: true, priority: 1, methods: [],
                settings: [:], sealedSecrets: [], callbackAddresses: [], proxy: nil,
                createdAt: Self.now, updatedAt: Self.now)
            let loader = DirectoryLoader(vault: engine.vault) { _ in ExecutorTests.Silent.self }
            let usable = engine.directory.current
            engine.directory.swap(loader.directory(merchants: [], apps: [], accounts: [stored]))
            #expect(engine.directory.current.account(Self.id) == nil)
            let change = try #require(
                record.change(
                    on: .rejected(OrderChangeTests.refusal), OrderChangeTests.context(holding: 1)))
            #expect(try await engine.write(change))
            engine.directory.swap(usable)
            #expect(try await Self.usage(engine)?.payments == 0)
            #expect(try await Self.place(engine, "next") != nil)
        }
    }

    @Test("count what moved beyond them, and let nothing more in then")
    func lateSuccess() async throws {
        try await OrderStoreTests.with { store, pool in
            let engine = try Self.engine(pool, [Cap(.kesEWallet, per: .day, payments: 1)])
            let first = try #require(try await Self.place(engine, "first"))
            var expired = first.untouched(at: Self.now, kind: "expired", actor: "causeway", holding: nil)
            expired.record.attempt?.state = .expired
            expired.record.view.state = .expired
            #expect(try await engine.write(expired))
            #expect(try await Self.usage(engine)?.payments == 0)
            let second = try #require(try await Self.place(engine, "second"))
            var late = expired.record.untouched(
                at: Self.now, kind: "succeeded", actor: "provider", holding: nil)
            late.record.attempt?.state = .succeeded
            late.record.view.state = .succeeded
            #expect(try await engine.write(late))
            #expect(try await Self.usage(engine)?.payments == 2)
            #expect(try await Self.place(engine, "third") == nil)
            let refused = Outcome.rejected(OrderChangeTests.refusal)
            let change = try #require(second.change(on: refused, OrderChangeTests.context(holding: 1)))
            #expect(try await engine.write(change))
            #expect(try await Self.place(engine, "fourth") == nil)
            #expect(try await Self.usage(engine)?.payments == 1)
        }
    }

    @Test("begin with what was taken before they were made, and are counted anew once everybody knows")
    func middleOfTheDay() async throws {
        try await OrderStoreTests.with { store, pool in
            let unaware = try Self.engine(pool, [])
            for number in 0..<3 { _ = try await Self.place(unaware, "r\(number)") }
            // Yesterday's does not count.
            _ = try await Self.place(unaware, "old", at: Self.now - .seconds(86_400))
            let caps = [Cap(.kesEWallet, per: .day, payments: 5)]
            let engine = try Self.engine(pool, caps)
            #expect(try await Self.place(engine, "fourth") != nil)
            // A process that has not heard of the cap yet.
            _ = try await Self.place(unaware, "unseen")
            #expect(try await Self.usage(engine)?.payments == 4)
            let later = try Self.engine(pool, caps, at: Self.now + .seconds(11))
            await later.refreshFunds()
            #expect(try await Self.usage(later)?.payments == 5)
            #expect(try await Self.usage(later)?.isChecked == true)
            #expect(try await Self.place(later, "sixth") == nil)
        }
    }

    @Test("are begun with one count of what was taken before, however many payments wait for it")
    func countedOnce() async throws {
        try await OrderStoreTests.with(connections: 8) { store, pool in
            for statement in [
                Statement("test_makes", "CREATE TABLE makes (query text)"),
                Statement(
                    "test_note",
                    """
                    CREATE FUNCTION note_make() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN INSERT INTO makes VALUES (current_query()); RETURN NULL; END'
                    """),
                Statement(
                    "test_noting",
                    """
                    CREATE TRIGGER noting BEFORE INSERT ON cap_usage
                    FOR EACH STATEMENT EXECUTE FUNCTION note_make()
                    """),
            ] { _ = try await pool.query(statement, []) }
            let engine = try Self.engine(pool, [Cap(.kesEWallet, per: .month, payments: 100)])
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    group.addTask(executorPreference: pool.reactor) {
                        let placed = try await Self.place(engine, "r\(number)")
                        #expect(placed != nil)
                    }
                }
                try await group.waitForAll()
            }
            let makes = try await pool.query(
                Statement(
                    "test_count",
                    "SELECT count(*) AS n FROM makes WHERE query LIKE '%ON CONFLICT DO NOTHING%'"),
                [])
            #expect(try makes.first?.int("n") == 1)
            #expect(try await Self.usage(engine, .month)?.payments == 12)
        }
    }

    @Test("begin anew with the day and the month of the provider's clock")
    func rollOver() async throws {
        try await OrderStoreTests.with { store, pool in
            let caps = [Cap(.kesEWallet, per: .day, payments: 1)]
            // 1,800,000,000 is 2027-01-15T08:00:00Z.
            let midnight = Self.now + .seconds(16 * 3600)
            for (number, time) in [midnight - .seconds(1), midnight, midnight + .seconds(86_399)].enumerated()
            {
                let engine = try Self.engine(pool, caps, at: time)
                let isPlaced = try await Self.place(engine, "r\(number)", at: time) != nil
                #expect(isPlaced == (number < 2))
            }
        }
    }

    @Test("forget what was counted for a cap that is taken away")
    func removed() async throws {
        try await OrderStoreTests.with { store, pool in
            let caps = [
                Cap(.kesEWallet, per: .day, payments: 5), Cap(.kesEWallet, per: .month, payments: 5),
            ]
            let engine = try Self.engine(pool, caps)
            _ = try await Self.place(engine, "first")
            let directory = DirectoryStore(pool)
            for (left, rows) in [(caps, 0), (caps, 2), ([caps[1]], 1)] as [([Cap], Int64)] {
                var record = try #require(try await directory.accounts().first)
                record.limits = AccountLimits(caps: left).json
                try await directory.put(record)
                #expect(try await Self.count(pool, "cap_usage") == rows)
                if rows == 0 { _ = try await Self.place(Self.engine(pool, caps), "again") }
            }
        }
    }

    @Test("pass a later candidate over that turns out to be full, and say so")
    func failover() async throws {
        try await OrderStoreTests.with { store, pool in
            let (first, third) = (Identifier(high: 6, low: 6), Identifier(high: 7, low: 7))
            for other in [first, third] {
                let insert = Statement(
                    "test_other_account",
                    """
                    INSERT INTO provider_accounts (id, name, connector, methods, settings, sealed_secrets)
                    VALUES ($1::uuid, $2, 'test', '{KES_EWALLET}', '{}', '')
                    """)
                _ = try await pool.query(insert, [Value(other), .text("a\(other.low)")])
            }
            let caps = [Cap(.kesEWallet, per: .day, payments: 1), Cap(.kesEWallet, per: .month, payments: 5)]
            let connector = StepConnector(settings: try AccountSettings(JSONObject(), declared: []))
            let accounts = [
                Self.account([], connector, first), Self.account(caps, connector),
                Self.account([], connector, third),
            ]
            let engine = try ExecutorTests.engine(pool, accounts, at: Self.now)
            await engine.refreshFunds()
            // Another process takes the room, and this one has not read of it.
            _ = try #require(try await Self.place(try Self.engine(pool, caps), "other"))
            #expect(engine.funds.caps.room(of: accounts[1], .kesEWallet, at: Self.now).payments == 1)
            let placed = try #require(try await Self.place(engine, "waiting", by: first))
            let refused = Outcome.rejected(OrderChangeTests.refusal)
            let context = OrderChangeTests.context(hasNext: true, holding: 1)
            #expect(try await engine.write(try #require(placed.change(on: refused, context))))
            var record = try #require(try await store.order(placed.view.id, merchant: nil))
            let candidates = accounts.map { "\"\($0.id.text(.providerAccount))\"" }.joined(separator: ",")
            record.decision = Array("{\"candidates\":[\(candidates)]}".utf8)
            let beginning = try await Executor(engine, agenda: Agenda()).beginNext(record)
            guard case .begun(let begun) = beginning else {
                Issue.record("\(beginning)")
                return
            }
            #expect(begun.attempt?.account == third)
            let event = try #require(try await store.events(of: record.view.id).last)
            let detail = String(decoding: event.detail, as: UTF8.self)
            #expect(event.kind == "attempt_started" && detail.contains("cap_payments"))
            #expect(try await Self.usage(engine)?.payments == 1)
            #expect(try await Self.usage(engine, .month)?.payments == 1)
        }
    }
}
