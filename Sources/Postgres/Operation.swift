/// One statement on its way: from the pool's queue through a connection's pipeline to the caller.
///
/// Touched on its reactor's thread only.
final class Operation: @unchecked Sendable {
    enum Work {
        case statement(Statement, [Value])
        /// Text of any number of commands, in the simple protocol, outside the pipeline.
        case script(String)
    }

    typealias Outcome = Result<Rows, PostgresError>

    let work: Work
    /// In the monotonic clock's nanoseconds.
    let deadline: UInt64
    /// Puts BEGIN in front, in the same segment: where it fails, the statement is not executed.
    let beginsTransaction: Bool
    /// Whether losing the answer leaves the caller in doubt: not within a transaction, whose COMMIT alone
    /// does.
    let mayCommit: Bool
    /// May be sent once more, on whatever connection, when it is known that nothing was executed.
    var retriesLeft: Int
    /// The connection is not to be used further when this fails.
    let isEssential: Bool
    /// Its place among all that wait in the pool.
    var sequence: UInt64 = 0
    /// What the server is to allow it, where that is more than it allows others.
    var serverTimeoutMilliseconds: Int64?

    private var completion: ((Outcome) -> Void)?

    // While it is in a pipeline.
    var prepared: PreparedStatement?
    /// Commands in front of the statement itself, in the same segment.
    var prefixCount = 0
    /// Commands whose results are through.
    var commandsDone = 0
    var preparesNow = false
    var storage: ResultStorage?
    var error: PostgresError?

    init(
        _ work: Work, deadline: UInt64, beginsTransaction: Bool = false, mayCommit: Bool = true,
        retriesLeft: Int = 1, isEssential: Bool = false, completion: @escaping (Outcome) -> Void
    ) {
        self.work = work
        self.deadline = deadline
        self.beginsTransaction = beginsTransaction
        self.mayCommit = mayCommit
        self.retriesLeft = retriesLeft
        self.isEssential = isEssential
        self.completion = completion
    }

    /// Nobody waits for it any more.
    var isAbandoned: Bool { completion == nil }

    /// Answers the caller, once.
    func finish(_ outcome: Outcome) {
        guard let completion else { return }
        self.completion = nil
        completion(outcome)
    }

    /// Makes it as it was before it was sent.
    func rewind() {
        prepared = nil
        prefixCount = 0
        commandsDone = 0
        preparesNow = false
        storage = nil
        error = nil
    }
}

/// A statement as one connection knows it.
final class PreparedStatement {
    /// Unique within the connection, so that making one anew needs no DEALLOCATE first.
    let serverName: String
    /// Its columns, once seen.
    var layout: ColumnLayout?
    /// Why the server refused it: for those that were sent behind in the belief that it would exist.
    var refusal: PostgresError?

    init(serverName: String) { self.serverName = serverName }
}
