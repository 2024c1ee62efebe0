/// What every session is set to, in one statement after it has been made.
///
/// Not as start-up options, so that options of the connection URL stand, and those that some proxies refuse
/// are not needed.
struct SessionSettings: Sendable {
    /// Ends statements that outlive the client's own deadline: a belt, should a cancel request be lost. 0 for
    /// none.
    var statementTimeoutMilliseconds: Int64
    /// Ends sessions whose transaction was forgotten. 0 for none.
    var idleInTransactionTimeoutMilliseconds: Int64
    /// How long to wait for a lock. 0 for as long as the statement may run.
    var lockTimeoutMilliseconds: Int64 = 0

    static let statement = Statement(
        "session",
        """
        SELECT set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false), \
        set_config('statement_timeout', $1::bigint::text, false), \
        set_config('idle_in_transaction_session_timeout', $2::bigint::text, false), \
        set_config('lock_timeout', $3::bigint::text, false)
        """)

    var parameters: [Value] {
        [
            .int(statementTimeoutMilliseconds), .int(idleInTransactionTimeoutMilliseconds),
            .int(lockTimeoutMilliseconds),
        ]
    }

    /// Sets the statement timeout alone, for the session or, where `isLocal`, for the transaction.
    static let statementTimeout = Statement(
        "statement_timeout", "SELECT set_config('statement_timeout', $1::bigint::text, $2::boolean)")
}
