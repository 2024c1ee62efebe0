import Core
import JSON
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("The shadow's tables", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct ShadowStoreTests {
    static let other = Identifier(high: 6, low: 6)
    static let document: JSON = ["format": 1, "rules": [["name": "all", "strategy": "priority"]]]

    static func vault() throws -> Vault { try Vault(masterKey: [UInt8](repeating: 7, count: 32)) }

    static func book(_ pool: PostgresPool) throws -> RuleBook {
        RuleBook(database: pool, vault: try vault(), clock: WallClock { OrderStoreTests.now })
    }

    /// One that has these candidates.
    static func decision(_ candidates: [Identifier], revision: Int64?) -> Decision {
        let contenders = candidates.map {
            Contender(
                account: $0, isEnabled: true, limits: .init(amounts: 1...1000, step: 1), priority: 0,
                isRequestInvalid: false)
        }
        let question = RoutingQuestion(
            order: other, merchant: other, app: other, method: .kesEWallet, amount: 1,
            time: OrderStoreTests.now)
        return Router.decide(question, among: contenders, by: RoutingPlan(.empty, .none, revision: revision))
    }

    @Test("a decision is written with its order, told with it, and counted by where it differs")
    func decisions() async throws {
        try await OrderStoreTests.with { store, pool in
            let shadow = ShadowStore(pool)
            for (number, account) in [OrderStoreTests.account, Self.other, Self.other, nil].enumerated() {
                var record = OrderChangeTests.record()
                record.view.id = Identifier(at: OrderStoreTests.now + .milliseconds(number))
                record.view.referenceNumber = "s\(number)"
                record.attempt = nil
                record.decision = Array("{}".utf8)
                let live = Self.decision([OrderStoreTests.account], revision: nil)
                record.shadow = ShadowRecord(
                    Self.decision(account.map { [$0] } ?? [], revision: 4), beside: live)
                try await store.insert(record, due: OrderStoreTests.now, claim: nil, detail: Array("{}".utf8))
                let told = try await shadow.decision(of: record.view.id)
                let kept = try #require(told)
                #expect(Decision.candidates(in: kept) == (account.map { [$0] } ?? []))
                #expect(try JSON.parse(kept)["revision"] == 4)
            }
            let plain = try await OrderStoreTests.insert(store, at: OrderStoreTests.now + .seconds(1))
            #expect(try await shadow.decision(of: plain.view.id) == nil)
            let lines = try await shadow.tally(of: 4, since: OrderStoreTests.now)
            #expect(lines.map(\.orders) == [2, 1, 1])
            #expect(lines[0].to == Self.other && lines.allSatisfy { $0.from == OrderStoreTests.account })
            #expect(Set(lines.map(\.to)) == [Self.other, OrderStoreTests.account, nil])
            #expect(try await shadow.tally(of: 5, since: OrderStoreTests.now).isEmpty)
        }
    }

    @Test("is started, changed and stopped in versions, with who and why, and twice the same changes nothing")
    func versions() async throws {
        try await OrderStoreTests.with { _, pool in
            let book = try Self.book(pool)
            #expect(try await book.shadow()["version"] == .null)
            #expect(try await book.stopShadow(why: "", actor: "a")["changed"] == false)
            for (share, isNew) in [(10, true), (10, false), (20, true)] {
                let told = try await book.startShadow(Self.document, share: share, why: "try", actor: "a")
                #expect(told["changed"] == .bool(isNew) && told["running"] == true)
            }
            let status = try await book.shadow()
            #expect(status["running"] == true && status["version"]?["share"] == 20)
            let loaded = try await DirectoryLoader(vault: Self.vault()).load(from: pool)
            #expect(loaded.shadow?.share == 20 && loaded.shadow?.plan.revision == 2)
            #expect(try await book.stopShadow(why: "done", actor: "b")["changed"] == true)
            #expect(try await DirectoryLoader(vault: Self.vault()).load(from: pool).shadow == nil)
            // What the last one said is still told.
            let ended = try await book.shadow()
            #expect(ended["running"] == false && ended["version"]?["revision"] == 2)
            let log = try await pool.query(
                Statement(
                    "test_log", "SELECT action, actor FROM audit_log WHERE subject = 'shadow' ORDER BY id"),
                [])
            #expect(try log.map { try $0.text(0) } == ["shadow.started", "shadow.started", "shadow.stopped"])
        }
    }

    @Test("that cannot be read does not keep the directory from being loaded, and says so")
    func unreadable() async throws {
        try await OrderStoreTests.with { _, pool in
            let newer: JSON = ["format": 2, "rules": []]
            _ = try await ShadowStore(pool).insert(
                newer, share: 50, at: OrderStoreTests.now, by: "a", why: "")
            #expect(try await DirectoryLoader(vault: Self.vault()).load(from: pool).shadow == nil)
            let status = try await Self.book(pool).shadow()
            #expect(status["running"] == false && status["version"]?["readable"] == false)
        }
    }

    @Test("refuses shares and documents that are not right, and writes nothing")
    func refusals() async throws {
        try await OrderStoreTests.with { _, pool in
            let book = try Self.book(pool)
            for share in [0, 101, -1] {
                await #expect(throws: AdministrationError.self) {
                    try await book.startShadow(Self.document, share: share, why: "", actor: "a")
                }
            }
            await #expect(throws: AdministrationError.self) {
                try await book.startShadow(["format": 2], share: 10, why: "", actor: "a")
            }
            #expect(try await ShadowStore(pool).newest(1).isEmpty)
        }
    }
}
