/// A transaction under way, for the body given to `PostgresPool.transaction`. Of no use once that has
/// returned.
public final class PostgresTransaction: Sendable {
    private let pool: PostgresPool
    private let lease: Lease

    init(pool: PostgresPool, lease: Lease) {
        self.pool = pool
        self.lease = lease
    }

    /// Runs a statement within the transaction.
    ///
    /// After one that failed, all others do until the body has ended (`25P02`).
    /// - Parameter deadline: from now; the transaction's own wins where it is sooner.
    public func query(
        _ statement: Statement, _ parameters: [Value] = [], deadline: Duration? = nil
    ) async throws(PostgresError) -> Rows {
        try await pool.query(statement, parameters, deadline: deadline, in: lease)
    }
}

/// A session that is lent to a transaction. Touched on the pool's reactor only.
final class Lease: @unchecked Sendable {
    let connection: Connection
    let epoch: UInt64
    var deadline: UInt64 = 0
    /// Beyond what the session allows a statement anyway.
    var serverTimeoutMilliseconds: Int64?
    var hasBegun = false
    var hasEnded = false

    init(_ connection: Connection) {
        self.connection = connection
        epoch = connection.epoch
    }

    var isValid: Bool { connection.phase == .open && connection.epoch == epoch }
}
