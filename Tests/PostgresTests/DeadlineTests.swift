import Postgres
import Reactor
import Testing

@Suite("Deadlines")
struct DeadlineTests {
    private static func running(_ mark: String, _ pool: PostgresPool) async throws -> Int64 {
        let rows = try await pool.query(
            Statement(
                "running",
                """
                SELECT count(*) FROM pg_stat_activity WHERE state = 'active' \
                AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()
                """
            ), [.text(mark)])
        return try rows[0].int(0)
    }

    @Test("a statement past its deadline fails, is cancelled on the server, and its session serves on")
    func cancelled() async throws {
        try await withPool(connections: 2) { pool async throws in
            let mark = uniqueName("sleeper")
            try await eventually("opens") { await pool.statistics.open == 2 }
            let start = ContinuousClock.now
            async let slow = failure {
                try await pool.query(
                    Statement("slow", "SELECT pg_sleep(20) /* \(mark) */"), deadline: .seconds(2))
            }
            try await eventually("runs") { try await Self.running(mark, pool) == 1 }
            let error = await slow
            #expect(error?.kind == .deadline)
            #expect(error?.mayHaveCommitted == true)
            #expect(ContinuousClock.now - start < .seconds(10))
            try await eventually("is cancelled") { try await Self.running(mark, pool) == 0 }
            try await eventually("is idle") { await pool.statistics.idle == 2 }
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("statements behind a cancelled one are not harmed")
    func neighbours() async throws {
        try await withPool(connections: 1) { pool async throws in
            try await eventually("connects") { await pool.isReachable }
            let table = uniqueName("neighbours")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int UNIQUE)"))
            for round in 0..<10 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let error = await failure {
                            try await pool.query(
                                Statement("slow", "SELECT pg_sleep(20)"), deadline: .milliseconds(50))
                        }
                        #expect(error?.kind == .deadline)
                    }
                    for index in 0..<20 {
                        group.addTask {
                            _ = try await pool.query(
                                Statement("insert", "INSERT INTO \(table) VALUES ($1)"),
                                [.int(Int64(round * 100 + index))])
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(
                try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0) == 200)
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("a statement that takes just as long as its deadline is never mistaken for its neighbour")
    func raced() async throws {
        try await withPool(connections: 1) { pool async throws in
            try await eventually("connects") { await pool.isReachable }
            for milliseconds in 0..<40 {
                async let raced: Rows? = try? pool.query(
                    Statement("raced", "SELECT pg_sleep(0.02)"),
                    deadline: .milliseconds(10 + milliseconds % 20))
                async let next = pool.query(
                    Statement("echo", "SELECT $1::bigint AS e"), [.int(Int64(milliseconds))])
                _ = await raced
                #expect(try await next[0].int("e") == Int64(milliseconds))
            }
        }
    }

    @Test("in a transaction: the statement is cancelled, all is rolled back, nothing may have been committed")
    func inTransaction() async throws {
        try await withPool(connections: 2) { pool async throws in
            let table = uniqueName("deadline")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)"))
            let error = await failure {
                try await pool.transaction(deadline: .milliseconds(300)) { transaction async throws in
                    _ = try await transaction.query(Statement("insert", "INSERT INTO \(table) VALUES (1)"))
                    _ = try await transaction.query(Statement("slow", "SELECT pg_sleep(20)"))
                }
            }
            #expect(error?.kind == .deadline)
            #expect(error?.mayHaveCommitted == false)
            #expect(try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0) == 0)
            try await eventually("is idle") { await pool.statistics.idle == 2 }
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("a deadline longer than the pool's own is granted, and the server's limit is put back")
    func longer() async throws {
        try await withPool(connections: 1, statementDeadline: .milliseconds(200)) { pool async throws in
            let limit = Statement(
                "limit", "SELECT current_setting('statement_timeout') FROM pg_sleep($1::float8)")
            #expect(try await pool.query(limit, [.text("0.1")], deadline: .seconds(5))[0].text(0) == "6s")
            let slow = try await pool.query(limit, [.text("1.5")], deadline: .seconds(10))
            #expect(try slow[0].text(0) == "11s")
            #expect(try await pool.query(limit, [.text("0")])[0].text(0) == "1200ms")
            let inside = try await pool.transaction(deadline: .seconds(10)) {
                try await $0.query(limit, [.text("1.3")])[0].text(0)
            }
            #expect(inside == "11s")
            #expect(try await pool.query(limit, [.text("0")])[0].text(0) == "1200ms")
        }
    }

    @Test("sessions speak UTC and ISO, whatever the database's defaults")
    func session() async throws {
        try await withPool(connections: 1, applicationName: "named") { pool async throws in
            let rows = try await pool.query(
                Statement(
                    "settings",
                    """
                    SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style, \
                    current_setting('client_encoding') AS encoding, \
                    current_setting('application_name') AS name, \
                    current_setting('idle_in_transaction_session_timeout') AS idle
                    """))
            #expect(try rows[0].text("zone") == "UTC")
            #expect(try rows[0].text("style").hasPrefix("ISO"))
            #expect(try rows[0].text("encoding") == "UTF8")
            #expect(try rows[0].text("name") == "named")
            #expect(try rows[0].text("idle") == "20s")
        }
    }
}
