import Postgres
import Reactor
import Testing

@Suite("Pipelined statements")
struct PipelineTests {
    private static let divide = Statement("divide", "SELECT 100 / $1::bigint AS q")

    @Test("a failing statement fails alone, and answers find their callers")
    func interleavedFailures() async throws {
        try await withPool(connections: 1) { pool async throws in
            let outcomes = await withTaskGroup(of: (Int, Result<Int64, PostgresError>).self) { group in
                for index in 0..<500 {
                    group.addTask {
                        do throws(PostgresError) {
                            let rows = try await pool.query(Self.divide, [.int(Int64(index % 5))])
                            return (index, .success(try rows[0].int("q")))
                        } catch {
                            return (index, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            #expect(outcomes.count == 500)
            for (index, outcome) in outcomes {
                switch outcome {
                case .success(let quotient):
                    #expect(quotient == Int64(100 / max(1, index % 5)) && index % 5 != 0)
                case .failure(let error): #expect(index % 5 == 0 && error.sqlState == "22012")
                }
            }
            #expect(await pool.statistics.lastError == nil)
        }
    }

    @Test("a statement that cannot be prepared fails every time with its own error, and harms no other")
    func badStatement() async throws {
        try await withPool(connections: 1) { pool async throws in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let error = await failure {
                            try await pool.query(Statement("bad", "SELECT * FROM no_such_table"))
                        }
                        #expect(error?.sqlState == "42P01")
                        #expect(error?.mayHaveCommitted == false)
                    }
                    group.addTask {
                        let rows = try? await pool.query(Self.divide, [5])
                        #expect(rows?.count == 1)
                    }
                }
            }
        }
    }

    @Test("an error that comes with the commit is the statement's")
    func deferredConstraint() async throws {
        try await withPool(connections: 1) { pool async throws in
            let table = uniqueName("deferred")
            let sql =
                "CREATE TABLE \(table) (id int PRIMARY KEY, "
                + "parent int REFERENCES \(table) DEFERRABLE INITIALLY DEFERRED)"
            _ = try await pool.query(Statement("make", sql))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES ($1, $2)")
            async let orphan = failure { try await pool.query(insert, [1, 99]) }
            async let good = pool.query(insert, [2, nil])
            async let orphanAgain = failure { try await pool.query(insert, [3, 99]) }
            async let another = pool.query(insert, [4, 4])
            #expect(await orphan?.sqlState == "23503")
            #expect(await orphanAgain?.sqlState == "23503")
            #expect(try await good.affected == 1)
            #expect(try await another.affected == 1)
            let rows = try await pool.query(
                Statement("ids", "SELECT array_agg(id ORDER BY id) FROM \(table)"))
            #expect(try rows[0].intArray(0) == [2, 4])
        }
    }

    @Test("a statement is prepared once per connection, and anew when its result's type has changed")
    func stalePlan() async throws {
        try await withPool(connections: 1) { pool async throws in
            let table = uniqueName("stale")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)"))
            _ = try await pool.query(Statement("fill", "INSERT INTO \(table) VALUES (1)"))
            let all = Statement("all", "SELECT * FROM \(table)")
            for _ in 0..<3 { #expect(try await pool.query(all)[0].int("a") == 1) }
            let count = Statement(
                "count", "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'all\\_%'")
            #expect(try await pool.query(count)[0].int(0) == 1)
            _ = try await pool.query(Statement("alter", "ALTER TABLE \(table) ADD b text DEFAULT 'x'"))
            #expect(try await pool.query(all)[0].text("b") == "x")
            _ = try await pool.query(Statement("alter2", "ALTER TABLE \(table) ADD c text DEFAULT 'y'"))
            // First in a transaction: begun anew. Later in one: the transaction fails, once.
            let c = try await pool.transaction { try await $0.query(all)[0].text("c") }
            #expect(c == "y")
            _ = try await pool.query(Statement("alter3", "ALTER TABLE \(table) ADD d text DEFAULT 'z'"))
            let error = await failure {
                try await pool.transaction {
                    _ = try await $0.query(Statement("one", "SELECT 1"))
                    _ = try await $0.query(all)
                }
            }
            #expect(error?.sqlState == "0A000")
            #expect(try await pool.query(all)[0].text("d") == "z")
        }
    }

    @Test("more different statements than a session may prepare are served by another")
    func manyStatements() async throws {
        try await withPool(connections: 1) { pool async throws in
            let pid = Statement("pid", "SELECT pg_backend_pid()")
            let first = try await pool.query(pid)[0].int(0)
            for number in 0..<1100 {
                #expect(
                    try await pool.query(Statement("many", "SELECT \(number)"))[0].int(0) == Int64(number))
            }
            #expect(try await pool.query(pid)[0].int(0) != first)
        }
    }

    @Test("results larger than the socket's buffers, both ways, at depth")
    func large() async throws {
        try await withPool(connections: 1) { pool async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let bytes = [UInt8](repeating: UInt8(index), count: 1_000_000 + index)
                        let rows = try await pool.query(
                            Statement("large", "SELECT $1::bytea AS b, md5($1::bytea) AS m"), [.bytes(bytes)])
                        #expect(try rows[0].bytes("b") == bytes)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("counts the rows that a command touched")
    func affected() async throws {
        try await withPool(connections: 1) { pool async throws in
            let table = uniqueName("affected")
            #expect(try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)")).affected == 0)
            let insert = Statement("insert", "INSERT INTO \(table) SELECT generate_series(1, $1::int)")
            #expect(try await pool.query(insert, [7]).affected == 7)
            let delete = Statement("delete", "DELETE FROM \(table) WHERE a > 5 RETURNING a")
            let rows = try await pool.query(delete)
            #expect(rows.affected == 2)
            #expect(try rows.map { try $0.int("a") } == [6, 7])
            #expect(rows.last != nil && rows.first != nil)
        }
    }

    @Test("over the queue's bound the answer is busy, at once, and nothing was sent")
    func busy() async throws {
        try await withPool(connections: 1, queueMax: 3) { pool async throws in
            try await eventually("connects") { await pool.isReachable }
            let table = uniqueName("busy")
            _ = try await pool.query(Statement("make", "CREATE TABLE \(table) (a int)"))
            let insert = Statement("insert", "INSERT INTO \(table) VALUES (1)")
            try await pool.transaction { transaction async throws in
                _ = try await transaction.query(Statement("one", "SELECT 1"))
                let outcomes = await withTaskGroup(of: PostgresError?.self) { group in
                    for _ in 0..<10 {
                        group.addTask {
                            do throws(PostgresError) {
                                _ = try await pool.query(insert, deadline: .milliseconds(200))
                                return nil
                            } catch {
                                return error
                            }
                        }
                    }
                    return await group.reduce(into: [PostgresError?]()) { $0.append($1) }
                }
                #expect(outcomes.count { $0?.kind == .busy } == 7)
                #expect(outcomes.count { $0?.kind == .deadline } == 3)
                #expect(outcomes.allSatisfy { $0?.mayHaveCommitted == false })
            }
            #expect(try await pool.query(Statement("count", "SELECT count(*) FROM \(table)"))[0].int(0) == 0)
        }
    }

    @Test("can be asked from outside the reactor, and refuses once closed")
    func outside() async throws {
        let reactor = try Reactor(name: "outside")
        try reactor.start()
        let pool = PostgresPool(reactor: reactor, configuration: .init(url: TestServer.url, connections: 1))
        #expect(try await pool.query(Self.divide, [4])[0].int("q") == 25)
        await pool.close()
        #expect(await failure { try await pool.query(Self.divide, [4]) }?.kind == .closed)
        #expect(await failure { try await pool.transaction { _ in } }?.kind == .closed)
        await pool.close()
        reactor.stop()
    }
}
