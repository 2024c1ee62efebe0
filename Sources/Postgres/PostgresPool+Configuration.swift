extension PostgresPool {
    /// What a pool is made from.
    public struct Configuration: Sendable {
        /// libpq's connection URL or `key=value` string; several hosts and `target_session_attrs` are
        /// followed.
        public var url: String
        /// Sessions in the pool, 1 or more; one more is made for `listen` when it is used.
        public var connections: Int
        /// Statements and transactions that may wait for a session, in all; the next one fails as `.busy`.
        public var queueMax: Int
        /// For each address: from the first packet until the session is set up. The URL's `connect_timeout`
        /// wins.
        public var connectTimeout: Duration
        /// For a statement, a transaction's statements and its COMMIT together, where the call gives none:
        /// from the call on, waiting included.
        public var statementDeadline: Duration
        /// Shown in `pg_stat_activity`.
        public var applicationName: String

        /// Bounds that suit a server beside its database.
        public init(
            url: String, connections: Int = 4, queueMax: Int = 1024, connectTimeout: Duration = .seconds(5),
            statementDeadline: Duration = .seconds(5), applicationName: String = "causeway"
        ) {
            self.url = url
            self.connections = max(1, connections)
            self.queueMax = max(0, queueMax)
            self.connectTimeout = connectTimeout
            self.statementDeadline = statementDeadline
            self.applicationName = applicationName
        }

        /// The server's own limits, slightly above ours.
        var session: SessionSettings {
            let timeout = Int64(statementDeadline.milliseconds)
            return SessionSettings(
                statementTimeoutMilliseconds: timeout + 1000,
                idleInTransactionTimeoutMilliseconds: max(10_000, timeout * 2))
        }
    }

    /// How a pool is doing.
    public struct Statistics: Sendable {
        /// Sessions made.
        public var open = 0
        /// Of those: with nothing to do.
        public var idle = 0
        /// Of those: held by a transaction, or with statements under way.
        public var inUse = 0
        /// Statements and transactions that wait for a session.
        public var waiting = 0
        /// Statements sent and not yet answered.
        public var underWay = 0
        /// Why a session was last lost or not made; without data or secrets. Nil when none ever was.
        public var lastError: String?
        /// Since that.
        public var sinceLastError: Duration?
        /// Since the server last answered a statement or made a session. Nil when it never did.
        public var sinceLastSuccess: Duration?
    }
}

extension Duration {
    /// Whole milliseconds, from 0 to some 24 days: PostgreSQL's timeouts are 32-bit.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return seconds > 2_000_000
            ? 2_000_000_000 : Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
