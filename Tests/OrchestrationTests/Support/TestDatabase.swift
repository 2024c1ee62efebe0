import Cryptography
import Foundation
import Postgres
import Reactor
import Testing

/// A migrated database of its own for a suite, on the server of `CAUSEWAY_TEST_DATABASE_URL` (`make test` sets it).
enum TestDatabase {
    static let server = ProcessInfo.processInfo.environment["CAUSEWAY_TEST_DATABASE_URL"]

    /// Whether there is a server; suites that need one are skipped without it, and `make test` has one.
    static var isThere: Bool { server != nil }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func migrations() throws -> [(name: String, sql: [UInt8])] {
        let folder = root.appendingPathComponent("migrations")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
        }
    }

    /// Gives a pool on a fresh, migrated database to the body, which runs on the pool's reactor.
    static func with<Success: Sendable>(
        connections: Int = 3, _ body: @escaping @Sendable (PostgresPool) async throws -> Success
    ) async throws -> Success {
        let reactor = try Reactor(name: "test")
        try reactor.start()
        defer { reactor.stop() }
        let server = try #require(Self.server)
        let name = "t\(UInt64.random(in: 0...UInt64.max))"
        let url = try #require(Self.url(server, database: name))
        try await run("CREATE DATABASE \(name)", at: server, reactor)
        let configuration = PostgresPool.Configuration(url: url, connections: connections)
        try await Migrations.apply(
            migrations(), to: configuration, on: reactor, checksum: { Hex.encode(Digest.sha256($0)) })
        let pool = PostgresPool(reactor: reactor, configuration: configuration)
        let result = await Task(executorPreference: reactor) {
            do { return Result<Success, any Error>.success(try await body(pool)) } catch {
                return .failure(error)
            }
        }.value
        await pool.close()
        try await run("DROP DATABASE \(name) WITH (FORCE)", at: server, reactor)
        return try result.get()
    }

    private static func run(_ sql: String, at url: String, _ reactor: Reactor) async throws {
        let pool = PostgresPool(
            reactor: reactor, configuration: PostgresPool.Configuration(url: url, connections: 1))
        _ = try await pool.query(Statement("administration", sql), [], deadline: .seconds(30))
        await pool.close()
    }

    /// The same server's URL for another database.
    private static func url(_ server: String, database: String) -> String? {
        guard var parts = URLComponents(string: server) else { return nil }
        parts.path = "/" + database
        return parts.string
    }
}
