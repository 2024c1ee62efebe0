import Postgres
import Reactor
import Testing

@Suite("Transactions")
struct TransactionTests {
    private struct Change: Error {}

    private static func makeTable(_ pool: PostgresPool) async throws -> String {
        let table = uniqueName("transaction")
        _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int UNIQUE)"))
        return table
    }

    private static func count(_ table: String, _ pool: PostgresPool) async throws -> Int64 {
        try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0)
    }

    @Test("is seen by others only when it has ended")
    func isolation() async throws {
        try await withPool { pool async throws in
            let table = try await Self.makeTable(pool)
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1)")
            try await pool.transaction { transaction async throws in
                _ = try await transaction.query(insert, [1])
                #expect(try await Self.count(table, pool) == 0)
                _ = try await transaction.query(insert, [2])
                #expect(try await transaction.query(Statement("all", "SELECT a FROM \(table)")).count == 2)
            }
            #expect(try await Self.count(table, pool) == 2)
        }
    }

    @Test("rolls back when the body throws, and passes the error on")
    func rollback() async throws {
        try await withPool { pool async throws in
            let table = try await Self.makeTable(pool)
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1)")
            for _ in 0..<20 {
                await #expect(throws: Change.self) {
                    try await pool.transaction { transaction async throws in
                        _ = try await transaction.query(insert, [1])
                        throw Change()
                    }
                }
            }
            #expect(try await Self.count(table, pool) == 0)
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("a failure that the body keeps to itself is no commit")
    func swallowedFailure() async throws {
        try await withPool { pool async throws in
            let table = try await Self.makeTable(pool)
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1)")
            let error = await failure {
                try await pool.transaction { transaction async throws in
                    _ = try await transaction.query(insert, [1])
                    let twice = await failure { try await transaction.query(insert, [1]) }
                    #expect(twice?.isUniqueViolation == true)
                    let after = await failure { try await transaction.query(insert, [2]) }
                    #expect(after?.sqlState == "25P02")
                }
            }
            #expect(error?.sqlState == "25P02")
            #expect(error?.mayHaveCommitted == false)
            #expect(try await Self.count(table, pool) == 0)
        }
    }

    @Test("a statement that fails first leaves no transaction behind")
    func firstFails() async throws {
        try await withPool(connections: 1) { pool async throws in
            let error = await failure {
                try await pool.transaction { try await $0.query(Statement("bad", "SELECT no_such_column")) }
            }
            #expect(error?.sqlState == "42703")
            let nul = await failure {
                try await pool.transaction { try await $0.query(Statement("nul", "SELECT $1::text"), ["\0"]) }
            }
            #expect(nul?.sqlState == "22021")
            #expect(try await pool.query(Statement("one", "SELECT 1")).count == 1)
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("an error that comes with COMMIT is no commit")
    func commitFails() async throws {
        try await withPool { pool async throws in
            let table = uniqueName("commit")
            let sql = "CREATE TABLE \(table) (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)"
            _ = try await pool.query(Statement("make", sql))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1)")
            let error = await failure {
                try await pool.transaction { transaction async throws in
                    for _ in 0..<2 { _ = try await transaction.query(insert, [1]) }
                }
            }
            #expect(error?.isUniqueViolation == true)
            #expect(error?.mayHaveCommitted == false)
            #expect(try await Self.count(table, pool) == 0)
        }
    }

    @Test("one that does nothing needs no server's answer, and one that has ended takes no more")
    func emptyAndEnded() async throws {
        try await withPool(connections: 1) { pool async throws in
            let escaped = try await pool.transaction { $0 }
            let error = await failure { try await escaped.query(Statement("one", "SELECT 1")) }
            #expect(error?.kind == .closed)
            #expect(await pool.statistics.idle == 1)
        }
    }

    @Test("many at once, with statements beside them, all end", arguments: [1, 2, 4])
    func contention(_ connections: Int) async throws {
        try await withPool(connections: connections, statementDeadline: .seconds(25)) { pool async throws in
            let table = try await Self.makeTable(pool)
            _ = try await pool.query(Statement("zero", "INSERT INTO \(table) VALUES (0)"))
            try await eventually("connects") { await pool.statistics.open == connections }
            let add = Statement("add", "UPDATE \(table) SET a = a + 1")
            let read = Statement("read", "SELECT a FROM \(table)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<100 {
                    group.addTask {
                        try? await pool.transaction { transaction async throws in
                            _ = try await transaction.query(add)
                            _ = try await transaction.query(read)
                            if index % 4 == 0 { throw Change() }
                        }
                    }
                    group.addTask { _ = try await pool.query(read) }
                }
                try await group.waitForAll()
            }
            #expect(try await pool.query(read)[0].int("a") == 75)
            let statistics = await pool.statistics
            #expect(statistics.waiting == 0 && statistics.inUse == 0 && statistics.idle == connections)
        }
    }

    @Test("statements pass while transactions hold every session they may have")
    func statementsPass() async throws {
        try await withPool(connections: 2) { pool async throws in
            try await eventually("connects") { await pool.statistics.open == 2 }
            try await pool.transaction { transaction async throws in
                _ = try await transaction.query(Statement("one", "SELECT 1"))
                async let second = failure {
                    try await pool.transaction(deadline: .milliseconds(300)) {
                        try await $0.query(Statement("one", "SELECT 1"))
                    }
                }
                for _ in 0..<100 { _ = try await pool.query(Statement("two", "SELECT 2")) }
                #expect(await second?.kind == .deadline)
            }
            #expect(
                try await pool.transaction { try await $0.query(Statement("one", "SELECT 1")) }.count == 1)
        }
    }

    @Test("keeps the isolation of an actor that runs it")
    func actorIsolation() async throws {
        try await withPool { pool async throws in
            let counter = Counter(pool: pool)
            try await counter.run()
            #expect(await counter.count == 2)
        }
    }

    private actor Counter {
        let pool: PostgresPool
        var count = 0
        init(pool: PostgresPool) { self.pool = pool }

        nonisolated var unownedExecutor: UnownedSerialExecutor { pool.reactor.asUnownedSerialExecutor() }

        func run() async throws {
            try await pool.transaction { transaction async throws in
                count += 1
                _ = try await transaction.query(Statement("one", "SELECT 1"))
                count += 1
            }
        }
    }
}
