import Core
import JSON
import Postgres
import Routing
import Testing

@testable import Orchestration

@Suite("The breakers' switch", .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct BreakerPanelTests {
    /// A panel, the account `one` (`THB_QR`, `THB_BANK`) and what was said so far.
    struct Bench: Sendable {
        let panel: BreakerPanel
        let account: Identifier
        let database: PostgresPool
        let clock: MovableClock
        let told: MutexBox<Int>

        func switches() async throws -> BreakerSwitches {
            BreakerSwitches(try await BreakerStore(database).all())
        }

        /// The methods whose breakers the log of attempts resets now.
        func resets() async throws -> [String] {
            let reports = try await StandingsStore(database: database)
                .reports(after: .beginning, settled: clock.now).compactMap(\.report)
            #expect(
                reports.allSatisfy { $0.verdict == .reset && $0.account == account && $0.at == clock.now })
            return reports.map(\.method.rawValue).sorted()
        }
    }

    private static func with(_ body: @escaping @Sendable (Bench) async throws -> Void) async throws {
        try await TestDatabase.with { database in
            let clock = MovableClock()
            let administration = Administration(
                database: database, vault: try Vault(masterKey: [UInt8](repeating: 5, count: 32)),
                clock: clock.clock, connector: DummyConnector.lookup)
            let account = try await administration.createAccount(
                [
                    "name": "one", "connector": "dummy",
                    "settings": ["baseURL": "https://a.example", "apiKey": "x"],
                ],
                actor: "test")
            let told = MutexBox(0)
            let panel = BreakerPanel(database: database, clock: clock.clock) { told.value += 1 }
            try await body(
                Bench(panel: panel, account: account.id, database: database, clock: clock, told: told))
        }
    }

    @Test("opens one method and no other, once, until it is reset")
    func method() async throws {
        try await Self.with { bench in
            #expect(try await bench.panel.open(bench.account, "THB_QR", why: "they asked", actor: "me"))
            #expect(!(try await bench.panel.open(bench.account, "THB_QR", why: "again", actor: "you")))
            let switches = try await bench.switches()
            #expect(switches.of(bench.account, .thbQR)?.why == "they asked")
            #expect(switches.of(bench.account, .thbBank) == nil && bench.told.value == 1)
            try await bench.panel.reset(bench.account, "THB_QR", why: "mended", actor: "me")
            let after = try await bench.switches()
            #expect(after.of(bench.account, .thbQR) == nil && bench.told.value == 2)
            #expect(try await bench.resets() == ["THB_QR"])
        }
    }

    @Test("opens and resets the whole account, what was said of its methods included")
    func whole() async throws {
        try await Self.with { bench in
            _ = try await bench.panel.open(bench.account, "THB_QR", why: "first", actor: "me")
            _ = try await bench.panel.open(bench.account, nil, why: "all", actor: "me")
            let switches = try await bench.switches()
            #expect(switches.of(bench.account, .thbQR)?.why == "all")
            #expect(switches.of(bench.account, .thbBank)?.why == "all")
            await #expect {
                try await bench.panel.reset(bench.account, "THB_BANK", why: "one", actor: "me")
            } throws: {
                Self.detail($0)?.contains("leave it out") == true
            }
            #expect(try await bench.resets().isEmpty)
            try await bench.panel.reset(bench.account, nil, why: "all", actor: "me")
            #expect(try await BreakerStore(bench.database).all().isEmpty)
            #expect(try await bench.resets() == ["THB_BANK", "THB_QR"])
        }
    }

    @Test("refuses what there is not, saying what there is, and writes nothing")
    func refuses() async throws {
        try await Self.with { bench in
            for method in ["KES_BANK", "thb_qr", "", "'; --"] {
                await #expect {
                    try await bench.panel.open(bench.account, method, why: "x", actor: "me")
                } throws: { Self.detail($0)?.contains("one of the account's: ") == true }
            }
            await #expect {
                try await bench.panel.open(Identifier(high: 1, low: 1), nil, why: "x", actor: "me")
            } throws: { if case AdministrationError.notFound = $0 { true } else { false } }
            let said = try await BreakerStore(bench.database).all()
            #expect(said.isEmpty && bench.told.value == 0)
        }
    }

    @Test("is in the audit log, with who and why")
    func audit() async throws {
        try await Self.with { bench in
            _ = try await bench.panel.open(bench.account, "THB_QR", why: "they asked", actor: "me")
            try await bench.panel.reset(bench.account, nil, why: "mended", actor: "you")
            let rows = try await bench.database.query(
                Statement(
                    "audit",
                    """
                    SELECT concat_ws(' ', actor, action, subject, detail->>'method', detail->>'why') AS text
                    FROM audit_log WHERE action LIKE 'breaker.%' ORDER BY id
                    """))
            let subject = bench.account.text(.providerAccount)
            #expect(
                try rows.map { try $0.text("text") } == [
                    "me breaker.opened \(subject) THB_QR they asked", "you breaker.reset \(subject) mended",
                ])
        }
    }

    private static func detail(_ error: any Error) -> String? {
        guard case AdministrationError.invalid(let problems) = error else { return nil }
        return problems.first.flatMap { $0.pointer == "/paymentMethodId" ? $0.detail : nil }
    }
}
