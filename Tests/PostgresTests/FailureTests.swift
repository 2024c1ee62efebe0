import Foundation
import Postgres
import Reactor
import Testing

@Suite("Lost connections")
struct FailureTests {
    private static let one = Statement("one", "SELECT 1")

    private static func terminate(_ name: String) async throws {
        try await withPool(connections: 1) { killer in
            _ = try await killer.query(
                Statement(
                    "kill",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"),
                [.text(name)])
        }
    }

    @Test("idle sessions that the server ends are made anew")
    func idle() async throws {
        let name = uniqueName("idle")
        try await withPool(connections: 3, applicationName: name) { pool async throws in
            try await eventually("opens") { await pool.statistics.open == 3 }
            for _ in 0..<3 {
                _ = try await pool.query(Self.one)
                try await Self.terminate(name)
                // One that is on its way while the news arrives may fail; none does for long.
                try await eventually("answers") { (try? await pool.query(Self.one)) != nil }
                try await eventually("notices") { await pool.statistics.lastError != nil }
                try await eventually("opens again") { await pool.statistics.open == 3 }
            }
        }
    }

    @Test("a statement under way whose session ends may have been committed; those in a transaction may not")
    func underWay() async throws {
        let name = uniqueName("underway")
        try await withPool(connections: 2, applicationName: name) { pool async throws in
            try await eventually("opens") { await pool.statistics.open == 2 }
            async let statement = failure { try await pool.query(Statement("sleep", "SELECT pg_sleep(20)")) }
            async let transaction = failure {
                try await pool.transaction { try await $0.query(Statement("sleep", "SELECT pg_sleep(20)")) }
            }
            try await eventually("runs") { await pool.statistics.inUse == 2 }
            try await Self.terminate(name)
            #expect(await statement?.kind == .connection(.lost))
            #expect(await statement?.mayHaveCommitted == true)
            #expect(await transaction?.kind == .connection(.lost))
            #expect(await transaction?.mayHaveCommitted == false)
            #expect(try await pool.query(Self.one).count == 1)
        }
    }

    @Test("a transaction whose session is gone does not go on in another")
    func transactionDoesNotMove() async throws {
        let name = uniqueName("moved")
        try await withPool(connections: 1, applicationName: name) { pool async throws in
            let table = uniqueName("moved")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)"))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES (1)")
            let error = await failure {
                try await pool.transaction { transaction async throws in
                    _ = try await transaction.query(insert)
                    try await Self.terminate(name)
                    try await eventually("notices") { await pool.statistics.lastError != nil }
                    try await eventually("opens again") { await pool.statistics.open == 1 }
                    _ = try await transaction.query(insert)
                }
            }
            #expect(error?.kind == .connection(.lost))
            #expect(error?.mayHaveCommitted == false)
            #expect(try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0) == 0)
        }
    }

    @Test("a server that has become read-only is left, and what it refused is sent to the next")
    func failover() async throws {
        try await withPool(connections: 1) { pool async throws in
            let table = uniqueName("failover")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)"))
            let pid = Statement("pid", "SELECT pg_backend_pid()")
            let before = try await pool.query(pid)[0].int(0)
            _ = try await pool.query(
                Statement("demote", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES (1)")
            #expect(try await pool.query(insert).affected == 1)
            #expect(try await pool.query(pid)[0].int(0) != before)
            #expect(try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0) == 1)
        }
    }

    @Test("asking while there is no server waits until the deadline, then says so")
    func unreachable() async throws {
        try await withPool(connections: 1, url: "postgresql://nobody:hush@127.0.0.1:1/none") {
            pool async throws in
            let start = ContinuousClock.now
            let error = await failure { try await pool.query(Self.one, deadline: .milliseconds(300)) }
            #expect(error?.kind == .connection(.unreachable))
            #expect(error?.mayHaveCommitted == false)
            #expect(error?.description.contains("hush") == false)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
            let transaction = await failure {
                try await pool.transaction(deadline: .milliseconds(100)) { try await $0.query(Self.one) }
            }
            #expect(transaction?.kind == .connection(.unreachable))
            #expect(await pool.isReachable == false)
        }
    }

    @Test(
        "what is no URL, a wrong password and an unknown host say so without the password",
        arguments: [
            "postgresql://u:hush%ZZ@127.0.0.1/x", "postgresql://causeway:hush@127.0.0.1:1,127.0.0.1:2,h:3/x",
            "postgresql://causeway:hush@no-such-host.invalid/x", "nonsense=hush",
        ])
    func wrongAddress(_ url: String) async throws {
        try await withPool(connections: 1, url: url) { pool async throws in
            let error = await failure { try await pool.query(Self.one, deadline: .milliseconds(200)) }
            #expect(error?.kind == .connection(.unreachable))
            #expect(error?.description.contains("hush") == false)
        }
    }

    @Test("goes on to the next host, by name or address")
    func severalHosts() async throws {
        let place = try #require(TestServer.url.range(of: "127.0.0.1:"))
        let port = TestServer.url[place.upperBound...].prefix { $0.isNumber }
        let url =
            TestServer.url.replacingOccurrences(
                of: "127.0.0.1:\(port)", with: "127.0.0.1:1,localhost:\(port)")
            + "?target_session_attrs=read-write"
        try await withPool(connections: 1, url: url) { pool async throws in
            #expect(try await pool.query(Self.one).count == 1)
        }
    }

    @Test("survives a server that stops and comes back")
    func restart() async throws {
        let server = PrivateServer()
        try await withPool(connections: 2, url: server.url) { pool async throws in
            #expect(try await pool.query(Self.one).count == 1)
            async let under = failure { try await pool.query(Statement("sleep", "SELECT pg_sleep(20)")) }
            try await eventually("runs") { await pool.statistics.inUse == 1 }
            server.stop()
            #expect(await under?.kind == .connection(.lost))
            try await eventually("notices") { await pool.statistics.open == 0 }
            async let waiting = pool.query(Self.one, deadline: .seconds(20))
            server.start()
            #expect(try await waiting.count == 1)
            #expect(try await pool.transaction { try await $0.query(Self.one) }.count == 1)
        }
    }
}
