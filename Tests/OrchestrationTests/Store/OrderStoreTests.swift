import Core
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("The orders' tables", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct OrderStoreTests {
    static let merchant = Identifier(high: 3, low: 3)
    static let app = Identifier(high: 4, low: 4)
    static let account = Identifier(high: 5, low: 5)
    static let now = Timestamp(seconds: 1_800_000_000)

    static func with(
        connections: Int = 3, _ body: @escaping @Sendable (OrderStore, PostgresPool) async throws -> Void
    ) async throws {
        try await TestDatabase.with(connections: connections) { pool in
            _ = try await pool.query(
                Statement(
                    "test_account",
                    """
                    INSERT INTO provider_accounts (id, name, connector, methods, settings, sealed_secrets)
                    VALUES ($1::uuid, 'one', 'test', '{KES_EWALLET}', '{}', '')
                    """), [Value(account)])
            try await body(OrderStore(database: pool), pool)
        }
    }

    /// An order that is being sent, and whose lease ends at `due`.
    static func insert(
        _ store: OrderStore, reference: String = "r1", at time: Timestamp = now, due: Timestamp = now,
        claim: IdempotencyClaim? = nil, merchant: Identifier = merchant, account: Identifier = account
    ) async throws -> OrderRecord {
        var record = OrderChangeTests.record()
        record.view.id = Identifier(at: time)
        record.view.merchant = merchant
        record.view.app = app
        record.view.referenceNumber = reference
        record.view.version = 1
        record.view.createdAt = time
        record.view.metadata = Array(#"{"a": "ü"}"#.utf8)
        record.sealedCounterparty = [1, 2, 3]
        record.decision = Array("{}".utf8)
        record.fence = 1
        record.polls = 0
        record.attempt = AttemptRecord(for: account, ordinal: 1, at: time)
        record.refreshAttempt()
        try await store.insert(record, due: due, claim: claim, detail: Array("{}".utf8))
        return record
    }

    static func accepted(_ record: OrderRecord, holding: Int? = 1) throws -> OrderChange {
        var context = OrderChangeTests.context(holding: holding)
        context.nextLook = now + .seconds(60)
        return try #require(record.change(on: .accepted(Acceptance(providerReference: "P1")), context))
    }

    @Test("give back what was put in")
    func roundTrip() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store)
            let stored = try #require(try await store.order(record.view.id, merchant: Self.merchant))
            #expect(stored.view.amount == record.view.amount && stored.view.state == .processing)
            #expect(stored.view.metadata.map { String(decoding: $0, as: UTF8.self) } == #"{"a": "ü"}"#)
            #expect(stored.sealedCounterparty == [1, 2, 3] && stored.fence == 1)
            #expect(
                stored.attempt?.reference == record.attempt?.reference && stored.attempt?.state == .sending)
            #expect(try await store.events(of: record.view.id).map(\.kind) == ["created"])
        }
    }

    @Test("show nobody another merchant's order")
    func isolation() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store)
            #expect(try await store.order(record.view.id, merchant: Identifier(high: 9, low: 9)) == nil)
            #expect(try await store.order(record.view.id, merchant: nil) != nil)
        }
    }

    @Test("take a reference number once for a merchant")
    func duplicateReference() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store)
            await #expect { _ = try await Self.insert(store) } throws: {
                ($0 as? PostgresError)?.isUniqueViolation == true
            }
            #expect(try await store.id(ofReference: "r1", merchant: Self.merchant) == record.view.id)
            _ = try await Self.insert(store, merchant: Identifier(high: 8, low: 8))
        }
    }

    @Test("write a change once: not with an old version, not with another's fence")
    func compareAndSet() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store)
            let change = try Self.accepted(record)
            #expect(try await !store.write(Self.accepted(record, holding: 2)))
            #expect(try await store.write(change))
            #expect(try await !store.write(change))
            let stored = try #require(try await store.order(record.view.id, merchant: nil))
            #expect(stored.view.state == .pending && stored.view.version == 2)
            #expect(stored.attempt?.providerReference == "P1" && stored.attempt?.state == .accepted)
            #expect(try await store.events(of: record.view.id).map(\.kind) == ["created", "accepted"])
        }
    }

    @Test("write with a change whatever belongs to it, and nothing else", arguments: OrderStore.Additions.all)
    func additions(_ additions: OrderStore.Additions) async throws {
        try await Self.with { store, pool in
            var record = try await Self.insert(store)
            let reference = try #require(record.attempt?.reference)
            record.notifyURL = additions.contains(.notification) ? "https://shop.example/hook" : nil
            var change = try Self.accepted(record)
            change.report = nil
            if additions.contains(.callback) {
                change.evidence = CallbackEvidence(
                    account: Self.account, digest: [UInt8](repeating: 1, count: 32), reference: reference,
                    sealedBody: [9])
            }
            if additions.contains(.report) {
                change.report = AttemptReport(
                    account: Self.account, method: .kesEWallet, bank: "0001", verdict: .success,
                    latency: 12, at: Self.now, begun: Self.now)
            }
            let share = CapShare(
                account: Self.account, method: .kesEWallet,
                places: [.day: .init(startsAt: Self.now, amount: nil, payments: nil)])
            if additions.contains(.caps) {
                change.attemptBefore = .rejected
                _ = try await pool.query(
                    Statement(
                        "test_cap",
                        """
                        INSERT INTO cap_usage (account_id, method, period, starts_at, amount, payments, made_at)
                        VALUES ($1::uuid, 'KES_EWALLET', 'day', $2::timestamptz, 0, 0, $2::timestamptz)
                        """), [Value(Self.account), Value(Self.now)])
            }
            #expect(try await store.write(change, counting: additions.contains(.caps) ? share : nil))
            let counts = try #require(
                try await pool.query(
                    Statement(
                        "test_additions",
                        """
                        SELECT (SELECT count(*) FROM order_events) AS events,
                            (SELECT count(*) FROM provider_callbacks WHERE reference = $1::text) AS callbacks,
                            (SELECT count(*) FROM notifications WHERE version = 2) AS notifications,
                            (SELECT count(*) FROM attempt_reports WHERE bank = '0001' AND latency_ms = 12) AS reports,
                            (SELECT COALESCE(sum(payments), 0)::bigint FROM cap_usage) AS counted
                        """), [.text(reference)]
                ).first)
            #expect(try counts.int("events") == 2)
            #expect(try counts.int("callbacks") == (additions.contains(.callback) ? 1 : 0))
            #expect(try counts.int("notifications") == (additions.contains(.notification) ? 1 : 0))
            #expect(try counts.int("reports") == (additions.contains(.report) ? 1 : 0))
            #expect(try counts.int("counted") == (additions.contains(.caps) ? 1 : 0))
        }
    }

    @Test("let nobody delete an order or an account to which something belongs")
    func orphans() async throws {
        try await Self.with { store, pool in
            let record = try await Self.insert(store)
            #expect(try await store.write(try Self.accepted(record)))
            func run(_ sql: String) async throws {
                _ = try await pool.query(Statement("test_delete", sql), [])
            }
            func delete(_ table: String) async throws { try await run("DELETE FROM \(table)") }
            func expectRefusal(_ sql: String) async {
                await #expect { try await run(sql) } throws: { ($0 as? PostgresError)?.sqlState == "23503" }
            }
            await expectRefusal("DELETE FROM provider_accounts")
            for child in ["attempts", "order_events", "notifications"] {
                await expectRefusal("DELETE FROM orders")
                await expectRefusal("TRUNCATE orders")
                try await delete(child)
            }
            try await delete("provider_accounts")
            try await delete("orders")
        }
    }

    @Test("hold the newest word on what is to be paid, until the payer has been shown something")
    func payable() async throws {
        try await Self.with { store, _ in
            var record = try await Self.insert(store)
            for minor in [49_998, 49_997] as [Int64] {
                var change = record.untouched(at: Self.now, kind: "x", actor: "causeway", holding: nil)
                change.record.view.payable = Money(minor: minor, .kes)
                #expect(try await store.write(change))
                record = try #require(try await store.order(record.view.id, merchant: nil))
                #expect(record.view.payable?.minor == minor)
            }
        }
    }

    @Test("hold at most one open attempt of an order")
    func oneOpenAttempt() async throws {
        try await Self.with { store, pool in
            let record = try await Self.insert(store)
            let second = AttemptRecord(for: Self.account, ordinal: 2, at: Self.now)
            await #expect {
                _ = try await store.begin(
                    second, of: record, due: Self.now, expiresAt: nil, detail: Array("{}".utf8))
            } throws: { ($0 as? PostgresError)?.constraint == "attempts_one_open" }
            let refusal = Refusal(.providerUnavailable, "down", worthAnotherAccount: true)
            let change = try #require(
                record.change(on: .rejected(refusal), OrderChangeTests.context(hasNext: true, holding: 1)))
            #expect(try await store.write(change))
            let begun = try await store.begin(
                second, of: change.record, due: Self.now, expiresAt: nil, detail: Array("{}".utf8))
            #expect(begun?.version == 3 && begun?.fence == 2)
            let stored = try #require(try await store.order(record.view.id, merchant: nil))
            #expect(stored.attempt?.ordinal == 2 && stored.view.state == .processing)
        }
    }

    @Test("give due work to one taker, under a lease, with a new fence")
    func claims() async throws {
        try await Self.with { store, _ in
            for number in 0..<20 { _ = try await Self.insert(store, reference: "r\(number)", due: Self.now) }
            let lease = Self.now + .seconds(40)
            async let first = store.claim(now: Self.now, until: lease, limit: 15)
            async let second = store.claim(now: Self.now, until: lease, limit: 15)
            let taken = try await first + second
            #expect(Set(taken.map(\.view.id)).count == 20 && taken.count == 20)
            #expect(taken.allSatisfy { $0.fence == 2 && $0.due == lease })
            #expect(try await store.claim(now: Self.now, until: lease, limit: 15).isEmpty)
            #expect(try await store.nextDue() == lease)
            #expect(try await store.claim(now: lease, until: lease + .seconds(40), limit: 50).count == 20)
        }
    }

    @Test("give the rest of a batch where one row cannot be read, and call a person to that one")
    func unreadable() async throws {
        try await Self.with { store, pool in
            for number in 0..<3 { _ = try await Self.insert(store, reference: "r\(number)") }
            _ = try await pool.query(
                Statement(
                    "test_spoil", "UPDATE orders SET method = 'KES_TOMORROW' WHERE reference_number = 'r1'"),
                [])
            let lease = Self.now + .seconds(40)
            #expect(try await store.claim(now: Self.now, until: lease, limit: 15).count == 2)
            #expect(try await store.claim(now: lease, until: lease + .seconds(40), limit: 15).count == 2)
            let flagged = Statement(
                "test_flagged",
                """
                SELECT e.number, o.version FROM orders o JOIN order_events e ON e.order_id = o.id
                WHERE o.review = 'unreadable' AND e.kind = 'review_raised'
                """)
            let rows = try await pool.query(flagged, [])
            #expect(try rows.map { try $0.int("number") } == [2] && rows.first?.int("version") == 2)
            #expect(try await store.list(OrderQuery(merchant: Self.merchant)).records.count == 2)
        }
    }

    @Test("let one caller at a time ask about an order that nobody asks about")
    func oneQuestion() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store, due: Self.now + .seconds(5))
            let lease = Self.now + .seconds(40)
            // Whoever made it is sending it.
            #expect(try await store.claim(record, now: Self.now, until: lease) == nil)
            try await store.postpone(record, to: Self.now + .seconds(5), polls: 0)
            let asking = try #require(try await store.claim(record, now: Self.now, until: lease))
            #expect(try await store.claim(asking, now: Self.now, until: lease) == nil)
            try await store.postpone(asking, to: Self.now, polls: 1)
            let read = try #require(try await store.order(record.view.id, merchant: nil))
            #expect(try await store.claim(read, now: Self.now, until: lease) != nil)
            let taken = try #require(try await store.order(record.view.id, merchant: nil))
            // Who asked has died.
            #expect(try await store.claim(taken, now: lease, until: lease + .seconds(40)) != nil)
        }
    }

    @Test("let nobody write whose lease was taken by another")
    func fencing() async throws {
        try await Self.with { store, _ in
            let record = try await Self.insert(store)
            let taken = try await store.claim(now: Self.now, until: Self.now + .seconds(40), limit: 1)
            #expect(taken.count == 1)
            #expect(try await !store.write(Self.accepted(record, holding: 1)))
            try await store.postpone(record, to: Self.now, polls: 9)
            #expect(try await store.order(record.view.id, merchant: nil)?.polls == 0)
        }
    }

    @Test("keep the first answer of an idempotency key with the order, in one commit")
    func idempotency() async throws {
        try await Self.with { store, _ in
            let claim = IdempotencyClaim(
                app: Self.app, key: "k", fingerprint: [UInt8](repeating: 7, count: 32))
            let record = try await Self.insert(store, claim: claim)
            let running = try #require(try await store.storedAnswer(for: claim))
            #expect(running.order == record.view.id && running.answer == nil)
            try await store.remember(claim, status: 201, body: [1])
            try await store.remember(claim, status: 500, body: [2])
            let stored = try await store.storedAnswer(for: claim)?.answer
            #expect(stored?.status == 201 && stored?.body == [1])
            await #expect(throws: PostgresError.self) {
                try await Self.insert(store, reference: "r2", claim: claim)
            }
            #expect(try await store.id(ofReference: "r2", merchant: Self.merchant) == nil)
        }
    }

    @Test("find the order of a callback, know a repeat, and keep one that fits nothing")
    func callbacks() async throws {
        try await Self.with { store, pool in
            let record = try await Self.insert(store)
            let reference = try #require(record.attempt?.reference)
            let evidence = CallbackEvidence(
                account: Self.account, digest: [UInt8](repeating: 1, count: 32), reference: reference,
                sealedBody: [9])
            let found = try await store.addressee(
                ofReference: reference, account: Self.account, digest: evidence.digest)
            #expect(found?.isNewest == true && found?.isRepeat == false)
            var change = try Self.accepted(record, holding: nil)
            change.evidence = evidence
            #expect(try await store.write(change))
            let again = try await store.addressee(
                ofReference: reference, account: Self.account, digest: evidence.digest)
            #expect(again?.isRepeat == true)
            #expect(
                try await store.addressee(ofReference: "?", account: Self.account, digest: evidence.digest)
                    == nil)
            try await store.keep(evidence, of: nil, at: Self.now)
            let rows = try await pool.query(
                Statement("test_count", "SELECT count(*) AS n FROM provider_callbacks"), [])
            #expect(try rows.first?.int("n") == 1)
        }
    }

    @Test("list newest first, page by page in both directions, filtered")
    func lists() async throws {
        try await Self.with { store, _ in
            var ids: [Identifier] = []
            for number in 0..<7 {
                let time = Self.now + .seconds(number)
                ids.append(try await Self.insert(store, reference: "r\(number)", at: time, due: time).view.id)
            }
            _ = try await Self.insert(store, merchant: Identifier(high: 8, low: 8))
            var query = OrderQuery(merchant: Self.merchant)
            query.limit = 3
            #expect(try await store.list(query).records.map(\.view.id) == [ids[6], ids[5], ids[4]])
            #expect(try await store.list(query).hasMore)
            query.startingAfter = ids[4]
            #expect(try await store.list(query).records.map(\.view.id) == [ids[3], ids[2], ids[1]])
            query.startingAfter = nil
            query.endingBefore = ids[4]
            #expect(try await store.list(query).records.map(\.view.id) == [ids[6], ids[5]])
            query.endingBefore = nil
            query.from = Self.now + .seconds(2)
            query.to = Self.now + .seconds(4)
            #expect(try await store.list(query).records.map(\.view.id) == [ids[3], ids[2]])
            query.referenceNumber = "r3"
            #expect(try await store.list(query).records.map(\.view.id) == [ids[3]])
            query.state = .succeeded
            #expect(try await store.list(query).records.isEmpty)
        }
    }

    @Test("tell the merchant of a change of state, once, to one taker")
    func notifications() async throws {
        try await Self.with { store, pool in
            var record = try await Self.insert(store)
            record.notifyURL = "https://shop.example/hook"
            #expect(try await store.write(Self.accepted(record)))
            let notifications = NotificationStore(database: pool)
            let lease = Self.now + .seconds(40)
            #expect(
                try await notifications.claim(
                    now: Self.now, until: lease, limit: 10, except: [Self.merchant]
                ).isEmpty)
            let other = [Identifier(high: 8, low: 8)]
            let due = try await notifications.claim(now: Self.now, until: lease, limit: 10, except: other)
            #expect(due.count == 1 && due.first?.version == 2 && due.first?.tries == 1)
            #expect(try await notifications.claim(now: Self.now, until: lease, limit: 10).isEmpty)
            let first = try #require(due.first)
            try await notifications.write(first, due: nil, deliveredAt: Self.now, problem: nil)
            #expect(try await notifications.claim(now: lease, until: lease, limit: 10).isEmpty)
        }
    }

    @Test("have one process look at an account at a time")
    func accountStatus() async throws {
        try await Self.with { _, pool in
            let store = AccountStatusStore(database: pool)
            let next = Self.now + .seconds(30)
            // The row is made at the first look, and due at the next.
            #expect(try await store.claim([Self.account], now: Self.now, next: next).isEmpty)
            #expect(try await store.claim([Self.account], now: Self.now, next: next) == [Self.account])
            #expect(try await store.claim([Self.account], now: Self.now, next: next).isEmpty)
            var status = AccountStatus(account: Self.account)
            status.problem = "not whitelisted"
            status.checkedAt = Self.now
            try await store.write(status)
            #expect(try await store.all()[Self.account]?.problem == "not whitelisted")
        }
    }
}
