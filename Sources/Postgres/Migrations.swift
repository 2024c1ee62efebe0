public import Reactor

/// Brings a database's schema to what this program expects, and says whether it is there.
///
/// A migration is a file `NNNN_name.sql`, numbered from 0001 without gaps, run in a transaction of its own;
/// what cannot run in a transaction (`CREATE INDEX CONCURRENTLY`) has no place in one. What was applied is
/// kept in the table `schema_migrations`, with a checksum: a file is never changed once it has been applied
/// anywhere.
public enum Migrations {
    /// A schema's version, and the one that is wanted.
    public struct Status: Sendable, Equatable {
        /// The newest migration that was applied; 0 for a database without any.
        public let current: Int
        /// The newest migration that this program knows.
        public let expected: Int

        /// A version found, and the one wanted.
        public init(current: Int, expected: Int) {
            self.current = current
            self.expected = expected
        }

        /// Neither behind nor ahead.
        public var isCurrent: Bool { current == expected }
        /// What to do about it, for people; nil where nothing is to be done.
        public var advice: String? {
            if current < expected {
                return
                    "this database is at version \(current), this program needs \(expected): "
                    + "run `causeway migrate`"
            }
            if current > expected {
                return MigrationError.newer(current: current, known: expected).description
            }
            return nil
        }
    }

    /// What `apply` is doing.
    public enum Progress: Sendable, Equatable {
        /// Another program holds the lock: told once.
        case waitingForLock
        /// A file's transaction begins.
        case applying(name: String)
        /// A file's transaction is committed.
        case applied(name: String, duration: Duration)
    }

    /// Applies what is missing, under a lock that only one program can hold.
    ///
    /// - Parameters:
    ///   - files: names and contents, in any order.
    ///   - checksum: of a file's contents: SHA-256 in hexadecimal.
    ///   - lockDeadline: how long to wait for another program's run to end.
    ///   - progress: called on the reactor's thread.
    /// - Returns: the version reached.
    /// - Throws: without having changed anything but what `progress` told of.
    @discardableResult
    public static func apply(
        _ files: [(name: String, sql: [UInt8])], to configuration: PostgresPool.Configuration,
        on reactor: Reactor,
        checksum: @escaping @Sendable ([UInt8]) -> String, lockDeadline: Duration = .seconds(60),
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws(MigrationError) -> Status {
        let plan = try MigrationPlan(files, checksum: checksum)
        let run = MigrationRun(
            plan: plan, configuration: configuration, reactor: reactor, lockDeadline: lockDeadline,
            progress: progress)
        return try await Task(executorPreference: reactor) {
            do throws(MigrationError) {
                return Result<Status, MigrationError>.success(try await run.run())
            } catch {
                return .failure(error)
            }
        }.value.get()
    }

    /// Compares a database with the files, by version alone: for a server's start.
    public static func status(
        of files: [(name: String, sql: [UInt8])], in pool: PostgresPool
    ) async throws -> Status {
        let expected = try MigrationPlan(files, checksum: { _ in "" }).files.count
        let hasTable = try await pool.query(hasTable)
        guard let first = hasTable.first, try first.bool(0) else {
            return Status(current: 0, expected: expected)
        }
        let version = try await pool.query(newest)
        return Status(current: Int(try version.first?.int(0) ?? 0), expected: expected)
    }

    private static let hasTable = Statement(
        "migrations_has", "SELECT to_regclass('schema_migrations') IS NOT NULL")
    private static let newest = Statement(
        "migrations_newest", "SELECT coalesce(max(version), 0) FROM schema_migrations")
}

/// Why the schema was not brought up to date.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file's name is not `NNNN_name.sql`, or its text is not UTF-8 without NUL.
    case badFile(name: String)
    /// Versions are missing or double among the files; the first one that is wrong.
    case gap(version: Int)
    /// A file differs from what was applied under its version.
    case changed(name: String)
    /// The table lacks a version below its newest.
    case missing(version: Int)
    /// A newer program has been here.
    case newer(current: Int, known: Int)
    /// Another program held the lock all the time.
    case locked
    /// A file failed and was rolled back.
    case failed(name: String, PostgresError)
    /// A file ended the transaction that it runs in: what it did before stands.
    case endedTransaction(name: String)
    /// The database could not be reached, or refused what is not of any file.
    case database(PostgresError)

    /// For people.
    public var description: String {
        switch self {
        case .badFile(let name): "\(name) is not a migration: NNNN_name.sql in UTF-8 is"
        case .gap(let version):
            "migration \(version) is missing or there twice: files are numbered from 0001 without gaps"
        case .changed(let name):
            "\(name) has been changed since it was applied: put it back, and write a new migration"
        case .missing(let version): "this database's list of migrations lacks version \(version)"
        case .newer(let current, let known):
            "this database is at version \(current), this program knows up to \(known): run a newer causeway"
        case .locked: "another program is migrating this database, and did not end in time"
        case .failed(let name, let error): "\(name) failed and was rolled back: \(error)"
        case .endedTransaction(let name):
            "\(name) ended its own transaction: a migration has no COMMIT or ROLLBACK"
        case .database(let error): "\(error)"
        }
    }
}
