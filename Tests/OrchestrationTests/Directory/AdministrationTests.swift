import Core
import JSON
import Postgres
import Reactor
import Testing

@testable import Orchestration

@Suite("Administration", .enabled(if: TestDatabase.isThere))
struct AdministrationTests {
    private static let document: JSON = [
        "merchants": [["name": "shop", "displayName": "Shop", "apps": [["name": "web"], ["name": "till"]]]],
        "accounts": [
            [
                "name": "one", "connector": "dummy", "priority": 10,
                "settings": ["baseURL": "https://example.com", "apiKey": "very-secret"],
            ]
        ],
    ]

    private static func administration(
        _ database: PostgresPool, changed: @escaping @Sendable () async -> Void = {}
    ) throws -> Administration {
        Administration(
            database: database, vault: try Vault(masterKey: [UInt8](repeating: 5, count: 32)),
            clock: MovableClock().clock, connector: DummyConnector.lookup, changed: changed)
    }

    private static func state(_ database: PostgresPool) async throws -> String {
        let rows = try await database.query(
            Statement(
                "state",
                """
                SELECT concat((SELECT string_agg(m::text, ';' ORDER BY id) FROM merchants m),
                    (SELECT string_agg(a::text, ';' ORDER BY id) FROM apps a),
                    (SELECT string_agg(p::text, ';' ORDER BY id) FROM provider_accounts p),
                    (SELECT count(*) FROM audit_log)) AS text
                """))
        return try rows[0].text("text")
    }

    @Test("applies a document once, and changes nothing the second time")
    func idempotent() async throws {
        try await TestDatabase.with { database in
            let told = MutexBox(0)
            let administration = try Self.administration(database) { told.value += 1 }
            let first = try await administration.apply(Self.document, dryRun: false, actor: "test")
            #expect(first.changes.allSatisfy { $0.action == .created } && first.keys.count == 2)
            let before = try await Self.state(database)
            let second = try await administration.apply(Self.document, dryRun: false, actor: "test")
            #expect(second.changes.allSatisfy { $0.action == .unchanged } && second.keys.isEmpty)
            #expect(try await Self.state(database) == before)
            #expect(told.value == 1)
        }
    }

    @Test("a dry run and a document with one problem write nothing")
    func nothing() async throws {
        try await TestDatabase.with { database in
            let administration = try Self.administration(database)
            let before = try await Self.state(database)
            let dry = try await administration.apply(Self.document, dryRun: true, actor: "test")
            #expect(dry.changes.count == 4 && dry.keys.isEmpty)
            #expect(try await Self.state(database) == before)
            var wrong = Self.document.objectValue ?? [:]
            wrong["accounts"] = [["name": "one", "connector": "dummy"]]
            await #expect(throws: AdministrationError.self) {
                try await administration.apply(.object(wrong), dryRun: false, actor: "test")
            }
            #expect(try await Self.state(database) == before)
        }
    }

    @Test("two that apply at once make everything once")
    func race() async throws {
        try await TestDatabase.with { database in
            let administration = try Self.administration(database)
            let created = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        let report = try await administration.apply(
                            Self.document, dryRun: false, actor: "test \(number)")
                        return report.changes.count { $0.action == .created }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(created.sorted() == [0, 0, 0, 4])
        }
    }

    @Test("single changes are checked, kept and written down without secrets")
    func single() async throws {
        try await TestDatabase.with { database in
            let administration = try Self.administration(database)
            let merchant = try await administration.createMerchant(["name": "shop"], actor: "cli:a")
            let made = try await administration.createApp(of: merchant.id, ["name": "web"], actor: "cli:a")
            #expect(made.keys?.app == made.app.id)
            let account = try await administration.createAccount(
                [
                    "name": "one", "connector": "dummy",
                    "settings": ["baseURL": "https://example.com", "apiKey": "very-secret"],
                ], actor: "cli:a")
            #expect(account.secrets == ["apiKey"] && account.problem == nil)
            let changed = try await administration.updateAccount(
                account.id, ["settings": ["apiKey": "newer-secret"], "proxy": "http://proxy:3128"],
                actor: "cli:b")
            #expect(
                changed.proxy == "http://proxy:3128" && changed.settings["baseURL"] == "https://example.com")
            #expect(
                try await administration.updateAccount(account.id, ["proxy": nil], actor: "cli:b").proxy
                    == nil)
            #expect(try await administration.app(made.app.id).merchantName == "shop")

            await #expect(throws: AdministrationError.self) {
                try await administration.createMerchant(["name": "shop"], actor: "cli:a")
            }
            await #expect(throws: AdministrationError.self) {
                try await administration.updateMerchant(merchant.id, ["name": "other"], actor: "cli:a")
            }
            await #expect(throws: AdministrationError.self) {
                try await administration.account(Identifier(high: 0, low: 1))
            }
            let log = try await database.query(
                Statement("log", "SELECT actor, action, detail::text AS detail FROM audit_log ORDER BY id"))
            #expect(
                try log.map { try $0.text("action") } == [
                    "merchant.created", "app.created", "account.created", "account.updated",
                    "account.updated",
                ])
            #expect(try log[3].text("actor") == "cli:b")
            #expect(try log.allSatisfy { !(try $0.text("detail").contains("secret\"")) })
        }
    }

    @Test("a process sees what another changed, and says why when it cannot")
    func keeper() async throws {
        try await TestDatabase.with { database in
            let vault = try Vault(masterKey: [UInt8](repeating: 5, count: 32))
            let holder = DirectoryHolder()
            let keeper = DirectoryKeeper(
                database: database, loader: DirectoryLoader(vault: vault, connector: DummyConnector.lookup),
                holder: holder, clock: MovableClock().clock)
            try await keeper.start()
            #expect(holder.current.merchants.isEmpty && holder.loadedAt != nil)
            let administration = try Self.administration(database)
            _ = try await administration.apply(Self.document, dryRun: false, actor: "test")
            try await until(database.reactor) { holder.current.apps.count == 2 }
            #expect(holder.current.accounts.map(\.name) == ["one"])
            _ = try await database.query(
                Statement("break", "ALTER TABLE merchants RENAME COLUMN name TO title"))
            await #expect(throws: DirectoryError.self) { try await keeper.reload() }
            #expect(holder.problem != nil && holder.current.apps.count == 2, "the old one stays in force")
            _ = try await database.query(
                Statement("mend", "ALTER TABLE merchants RENAME COLUMN title TO name"))
            try await keeper.reload()
            #expect(holder.problem == nil)
            await keeper.stop()
        }
    }

    private func until(_ reactor: Reactor, _ condition: @Sendable () -> Bool) async throws {
        let end = Reactor.monotonicNanoseconds() + 10_000_000_000
        while !condition() {
            try #require(Reactor.monotonicNanoseconds() < end, "it did not happen in 10 s")
            await reactor.sleep(for: .milliseconds(5))
        }
    }

    @Test("the first master key is remembered, and another is refused")
    func vaultCheck() async throws {
        try await TestDatabase.with { database in
            let right = try Vault(masterKey: [UInt8](repeating: 5, count: 32))
            let wrong = try Vault(masterKey: [UInt8](repeating: 6, count: 32))
            try await VaultCheck.confirm(right, in: database)
            try await VaultCheck.confirm(right, in: database)
            do throws(DirectoryError) {
                try await VaultCheck.confirm(wrong, in: database)
                Issue.record("another key passed")
            } catch {
                #expect(error.description.contains("CAUSEWAY_MASTER_KEY"))
            }
        }
    }
}
