/// Why a statement or a transaction failed.
///
/// Never holds parameters or rows: the server's DETAIL and HINT are dropped, and its message too where it may
/// quote values.
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Sendable, Hashable {
        /// No connection, or one that was lost on the way.
        case connection(ConnectionFailure)
        /// The time given was not enough. What was sent has been cancelled, as far as the server could.
        case deadline
        /// The server refused. The codes are PostgreSQL's (Appendix A), the names those of the schema.
        case server(sqlState: String, constraint: String? = nil, table: String? = nil)
        /// More are waiting than the pool's bound allows: nothing was sent.
        case busy
        /// A column is missing, NULL, or of another type than was asked for.
        case decoding
        /// The pool is closed, or the transaction has ended.
        case closed
    }

    /// How a connection failed.
    public enum ConnectionFailure: Sendable, Hashable {
        /// It broke while the statement was under way.
        case lost
        /// None could be made in the time given.
        case unreachable
    }

    /// What went wrong.
    public let kind: Kind
    /// Whether the work may nevertheless be done and durable: the answer was lost, not refused.
    public let mayHaveCommitted: Bool
    /// For logs; holds no data.
    public let message: String

    init(_ kind: Kind, _ message: String = "", mayHaveCommitted: Bool = false) {
        self.kind = kind
        self.message = message
        self.mayHaveCommitted = mayHaveCommitted
    }

    /// The server's code, when it was the server that refused.
    public var sqlState: String? {
        if case .server(let sqlState, _, _) = kind { return sqlState }
        return nil
    }

    /// The violated constraint's name, when the server named one.
    public var constraint: String? {
        if case .server(_, let constraint, _) = kind { return constraint }
        return nil
    }

    /// Whether a unique constraint or index refused the row (`23505`).
    public var isUniqueViolation: Bool { sqlState == "23505" }

    /// Whether the same transaction, run again, may well succeed: a serialization failure or a deadlock.
    public var isTransient: Bool { sqlState == "40001" || sqlState == "40P01" }

    /// For people, in one line, without data.
    public var description: String {
        var text: String
        switch kind {
        case .connection(.lost): text = "database connection lost"
        case .connection(.unreachable): text = "database unreachable"
        case .deadline: text = "database statement passed its deadline"
        case .server(let sqlState, let constraint, let table):
            text = "database error \(sqlState)"
            if let constraint { text += ", constraint \(constraint)" }
            if let table { text += ", table \(table)" }
        case .busy: text = "too many statements are waiting for the database"
        case .decoding: text = "unexpected result from the database"
        case .closed: text = "database pool or transaction is closed"
        }
        if !message.isEmpty { text += ": \(message)" }
        if mayHaveCommitted { text += " (may have been committed)" }
        return text
    }

    func committing(_ mayHaveCommitted: Bool) -> PostgresError {
        PostgresError(kind, message, mayHaveCommitted: mayHaveCommitted)
    }
}

extension PostgresError {
    /// The plan or the statement is gone on the server; nothing was executed.
    ///
    /// `0A000` is also "feature not supported" at large: sending such a statement a second time is harmless.
    var isStalePlan: Bool { sqlState == "0A000" || sqlState == "26000" }

    /// Says nothing of the statement itself: a cancellation, a shortage, a transaction that had failed
    /// before.
    var isPassing: Bool {
        guard let sqlState else { return true }
        return ["25", "40", "53", "55", "57", "58"].contains(sqlState.prefix(2))
    }

    /// This server cannot serve us any more, though it answers: a failover, a shutdown or a crash of a
    /// neighbour.
    var meansReconnect: Bool {
        switch sqlState {
        case "25006", "57P01", "57P02", "57P03", "57P05", "25P03": true
        default: sqlState?.hasPrefix("08") ?? false
        }
    }
}

extension PostgresError {
    /// A row that does not hold what the statement promised.
    public static func undecodable(_ message: String) -> PostgresError { PostgresError(.decoding, message) }
}
