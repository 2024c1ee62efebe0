import Postgres
import Reactor
import Testing

@Suite("Migrations")
struct MigrationTests {
    typealias File = (name: String, sql: [UInt8])

    private static func file(_ name: String, _ sql: String) -> File { (name, Array(sql.utf8)) }

    private static let first = file(
        "0001_one.sql", "-- why\nCREATE TABLE one (a int); INSERT INTO one VALUES (1);")
    private static let second = file("0002_two.sql", "ALTER TABLE one ADD b text DEFAULT 'é;'; SELECT 1;")

    /// Not a digest: enough to see a difference.
    private static let checksum: @Sendable ([UInt8]) -> String = { bytes in
        String(bytes.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }, radix: 16)
    }

    /// A database of its own, and what runs migrations on it.
    private struct Database: Sendable {
        let pool: PostgresPool
        let configuration: PostgresPool.Configuration

        @discardableResult
        func apply(
            _ files: [File], lockDeadline: Duration = .seconds(20),
            progress: @escaping @Sendable (Migrations.Progress) -> Void = { _ in }
        ) async throws(MigrationError) -> Migrations.Status {
            try await Migrations.apply(
                files, to: configuration, on: pool.reactor, checksum: MigrationTests.checksum,
                lockDeadline: lockDeadline,
                progress: progress)
        }

        func refusal(_ files: [File]) async -> MigrationError? {
            do throws(MigrationError) {
                try await apply(files)
                return nil
            } catch {
                return error
            }
        }
    }

    private func withDatabase(_ body: @escaping @Sendable (Database) async throws -> Void) async throws {
        let name = uniqueName("migrations")
        try await withPool(connections: 1) { pool async throws in
            _ = try await pool.query(Statement("create", "CREATE DATABASE \(name)"))
        }
        let end = TestServer.url.lastIndex(of: "/") ?? TestServer.url.endIndex
        let url = TestServer.url[..<end] + "/\(name)"
        try await withPool(connections: 2, url: String(url)) { pool async throws in
            try await body(Database(pool: pool, configuration: .init(url: String(url))))
        }
        try await withPool(connections: 1) { pool async throws in
            _ = try await pool.query(Statement("drop", "DROP DATABASE \(name) WITH (FORCE)"))
        }
    }

    @Test("applies what is missing, in order, once")
    func applies() async throws {
        try await withDatabase { database async throws in
            let files = [Self.second, Self.first]
            #expect(
                try await Migrations.status(of: files, in: database.pool) == .init(current: 0, expected: 2))
            let told = Shared<[Migrations.Progress]>([])
            let status = try await database.apply([Self.first]) { progress in
                told.change { $0.append(progress) }
            }
            #expect(status.isCurrent && status.current == 1)
            #expect(told.value.count == 2)
            #expect(
                try await Migrations.status(of: files, in: database.pool).advice?.contains("migrate") == true)
            try await database.apply(files)
            try await database.apply(files)
            #expect(try await Migrations.status(of: files, in: database.pool).advice == nil)
            let rows = try await database.pool.query(Statement("read", "SELECT b FROM one"))
            #expect(try rows[0].text("b") == "é;")
            let kept = try await database.pool.query(
                Statement("kept", "SELECT name, checksum FROM schema_migrations ORDER BY version"))
            #expect(try kept.map { try $0.text("name") } == ["0001_one.sql", "0002_two.sql"])
        }
    }

    @Test("a file that fails is rolled back whole and can be mended")
    func fails() async throws {
        try await withDatabase { database async throws in
            let broken = Self.file("0002_two.sql", "CREATE TABLE two (a int); INSERT INTO two VALUES ('x');")
            guard case .failed(let name, let error) = await database.refusal([Self.first, broken]) else {
                Issue.record("did not fail")
                return
            }
            #expect(name == "0002_two.sql")
            #expect(error.sqlState == "22P02")
            let status = try await Migrations.status(of: [Self.first, broken], in: database.pool)
            #expect(status.current == 1)
            let table = try await database.pool.query(Statement("two", "SELECT to_regclass('two') IS NULL"))
            #expect(try table[0].bool(0))
            try await database.apply([Self.first, Self.second])
        }
    }

    @Test("refuses a changed file, a newer database, a hole, and a file that commits on its own")
    func refuses() async throws {
        try await withDatabase { database async throws in
            let third = Self.file("0003_three.sql", "COMMIT; CREATE TABLE three (a int)")
            try await database.apply([Self.first, Self.second])
            let changed = Self.file("0001_one.sql", "-- other\nSELECT 1")
            #expect(await database.refusal([changed, Self.second]) == .changed(name: "0001_one.sql"))
            #expect(await database.refusal([Self.first]) == .newer(current: 2, known: 1))
            let ended = await database.refusal([Self.first, Self.second, third])
            #expect(ended == .endedTransaction(name: "0003_three.sql"))
            _ = try await database.pool.query(
                Statement("hole", "DELETE FROM schema_migrations WHERE version = 1"))
            #expect(await database.refusal([Self.first, Self.second]) == .missing(version: 1))
            let status = try await Migrations.status(of: [Self.first], in: database.pool)
            #expect(status.advice?.contains("run a newer causeway") == true)
        }
    }

    @Test(
        "refuses files out of order or form, before it connects",
        arguments: [
            (["0002_two.sql"], MigrationError.gap(version: 1)),
            (["0001_one.sql", "0003_three.sql"], .gap(version: 2)),
            (["0001_one.sql", "0001_two.sql"], .gap(version: 1)),
            (["one.sql"], .badFile(name: "one.sql")), (["0001_.sql"], .badFile(name: "0001_.sql")),
            (["0001_One.sql"], .badFile(name: "0001_One.sql")),
            (["0001-one.sql"], .badFile(name: "0001-one.sql")),
            (["00a1_one.sql"], .badFile(name: "00a1_one.sql")),
            (["๐๐๐๑_one.sql"], .badFile(name: "๐๐๐๑_one.sql")),
        ])
    func badNames(_ names: [String], _ expected: MigrationError) async throws {
        let reactor = try Reactor(name: "names")
        await #expect(throws: expected) {
            try await Migrations.apply(
                names.map { Self.file($0, "SELECT 1") }, to: .init(url: "postgresql://127.0.0.1:1/x"),
                on: reactor,
                checksum: Self.checksum)
        }
    }

    @Test("two at once: one waits for the other, and each file is applied once")
    func concurrent() async throws {
        try await withDatabase { database async throws in
            let slow = Self.file("0001_slow.sql", "CREATE TABLE slow (a int); SELECT pg_sleep(0.5)")
            let applied = Shared(0)
            let waited = Shared(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await database.apply([
                            slow, Self.file("0002_b.sql", "INSERT INTO slow VALUES (1)"),
                        ]) {
                            if case .applied = $0 { applied.change { $0 += 1 } }
                            if $0 == .waitingForLock { waited.change { $0 += 1 } }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(applied.value == 2)
            #expect(waited.value == 2)
        }
    }

    @Test("gives up on the lock when the time is over")
    func locked() async throws {
        try await withDatabase { database async throws in
            let slow = Self.file("0001_slow.sql", "SELECT pg_sleep(1)")
            let started = Shared(false)
            async let first = database.apply([slow]) {
                if case .applying = $0 { started.change { $0 = true } }
            }
            try await eventually("starts") { started.value }
            await #expect(throws: MigrationError.locked) {
                try await database.apply([slow], lockDeadline: .milliseconds(200))
            }
            _ = try await first
        }
    }
}
