internal import Reactor

/// One run of `Migrations.apply`, on a session of its own, which holds the lock for as long as it lives.
struct MigrationRun: Sendable {
    let plan: MigrationPlan
    let configuration: PostgresPool.Configuration
    let reactor: Reactor
    let lockDeadline: Duration
    let progress: @Sendable (Migrations.Progress) -> Void

    /// Among the database's advisory locks: "causeway" in ASCII.
    private static let lockKey: Int64 = 0x6361_7573_6577_6179
    private static let lockPoll = Duration.milliseconds(100)
    /// For statements that do not wait for anything.
    private static let shortDeadline = Duration.seconds(30)
    /// For a migration's wait on a table that others use: their statements queue up behind it.
    private static let tableLockTimeoutMilliseconds: Int64 = 10_000

    private static let tryLock = Statement("migrations_lock", "SELECT pg_try_advisory_lock($1)")
    private static let createTable = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version     integer PRIMARY KEY,
            name        text NOT NULL,
            checksum    text NOT NULL,
            applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
            duration_ms bigint NOT NULL
        )
        """
    private static let applied = Statement(
        "migrations_applied", "SELECT version, checksum FROM schema_migrations ORDER BY version")
    private static let record = Statement(
        "migrations_record",
        "INSERT INTO schema_migrations (version, name, checksum, duration_ms) VALUES ($1, $2, $3, $4)")

    func run() async throws(MigrationError) -> Migrations.Status {
        let connection = Connection(reactor: reactor)
        defer { connection.close() }
        do throws(PostgresError) {
            try await open(connection)
        } catch {
            throw .database(error)
        }
        try await lock(connection)
        let applied: [MigrationPlan.Applied]
        do throws(PostgresError) {
            _ = try await script(Self.createTable, on: connection)
            applied = try await load(connection)
        } catch {
            throw .database(error)
        }
        for file in try plan.pending(after: applied) {
            progress(.applying(name: file.name))
            let start = Reactor.monotonicNanoseconds()
            try await apply(file, on: connection, since: start)
            progress(
                .applied(
                    name: file.name, duration: .nanoseconds(Int64(Reactor.monotonicNanoseconds() - start))))
        }
        return Migrations.Status(current: plan.files.count, expected: plan.files.count)
    }

    private func open(_ connection: Connection) async throws(PostgresError) {
        guard
            let address = DatabaseAddress(
                url: configuration.url, applicationName: configuration.applicationName)
        else { throw PostgresError(.connection(.unreachable), "the database URL is not valid") }
        // No statement timeout: how long a migration takes is its own affair.
        let session = SessionSettings(
            statementTimeoutMilliseconds: 0, idleInTransactionTimeoutMilliseconds: 0,
            lockTimeoutMilliseconds: Self.tableLockTimeoutMilliseconds)
        let places = try await PlaceFinder.places(of: address)
        try await connection.open(
            places, session: session, timeout: address.timeout ?? configuration.connectTimeout)
    }

    private func lock(_ connection: Connection) async throws(MigrationError) {
        let limit = Deadline.after(lockDeadline)
        var hasTold = false
        while true {
            do throws(PostgresError) {
                let rows = try await connection.perform(
                    .statement(Self.tryLock, [.int(Self.lockKey)]), until: Deadline.after(Self.shortDeadline))
                if try rows.first?.bool(0) == true { return }
            } catch {
                throw .database(error)
            }
            guard Reactor.monotonicNanoseconds() < limit else { throw .locked }
            if !hasTold { progress(.waitingForLock) }
            hasTold = true
            await reactor.sleep(for: Self.lockPoll)
        }
    }

    private func load(_ connection: Connection) async throws(PostgresError) -> [MigrationPlan.Applied] {
        let rows = try await connection.perform(
            .statement(Self.applied, []), until: Deadline.after(Self.shortDeadline))
        var applied: [MigrationPlan.Applied] = []
        for row in rows {
            applied.append(
                MigrationPlan.Applied(
                    version: Int(try row.int("version")), checksum: try row.text("checksum")))
        }
        return applied
    }

    private func apply(
        _ file: MigrationPlan.File, on connection: Connection, since start: UInt64
    ) async throws(MigrationError) {
        do throws(PostgresError) {
            _ = try await script("BEGIN", on: connection)
            _ = try await script(file.sql, on: connection)
        } catch {
            throw .failed(name: file.name, error)
        }
        guard connection.isInsideTransaction else { throw .endedTransaction(name: file.name) }
        do throws(PostgresError) {
            let milliseconds = Int64((Reactor.monotonicNanoseconds() - start) / 1_000_000)
            _ = try await connection.perform(
                .statement(
                    Self.record,
                    [.int(Int64(file.version)), .text(file.name), .text(file.checksum), .int(milliseconds)]),
                until: Deadline.after(Self.shortDeadline))
            _ = try await script("COMMIT", on: connection)
        } catch {
            throw .failed(name: file.name, error)
        }
    }

    private func script(_ text: String, on connection: Connection) async throws(PostgresError) -> Rows {
        try await connection.perform(.script(text), until: Deadline.never)
    }
}
