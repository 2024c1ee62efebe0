internal import CLinux
internal import CPostgres

extension Connection {
    /// Takes what the server said, and tells those who wait for it.
    func receive() {
        guard let handle else { return }
        let isAlive = PQconsumeInput(handle) == 1
        let before = inflight.count
        takeResults(handle)
        guard phase == .open else { return }
        takeNotifications(handle)
        if !isAlive || PQstatus(handle) == CONNECTION_BAD { return dropAsLost() }
        if wantsWrite { flush() }
        guard phase == .open else { return }
        cancelHeadIfAbandoned()
        if inflight.isEmpty, !isCancelling {
            wasCancelled = false
            if isRetiring, !isExclusive { return dropAsLost("retired") }
        }
        if inflight.count != before { owner?.connectionMoved(self) }
    }

    private func takeResults(_ handle: OpaquePointer) {
        // Between commands libpq says NULL once; twice means that it has nothing of what we wait for.
        var gaps = 0
        while phase == .open, let operation = inflight.first, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                if case .script = operation.work {
                    endScript(operation, handle)
                    continue
                }
                gaps += 1
                if gaps > 1 { return }
                operation.commandsDone += 1
                continue
            }
            gaps = 0
            take(result, for: operation)
        }
    }

    private func take(_ result: OpaquePointer, for operation: Operation) {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            _ = inflight.popFirst()
            complete(operation)
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            if operation.commandsDone == operation.prefixCount {
                operation.storage = ResultStorage(result, layout: operation.prepared?.layout)
            } else {
                PQclear(result)
            }
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            // BEGIN in front failed, so that Parse was skipped.
            _ = forgetIfParsing(operation)
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE:
            takeError(result, for: operation)
        default:
            PQclear(result)
            drop(PostgresError(.connection(.lost), "COPY is not supported"), isFailover: false)
        }
    }

    private func takeError(_ result: OpaquePointer, for operation: Operation) {
        defer { PQclear(result) }
        var isScript = false
        if case .script = operation.work { isScript = true }
        let error = PostgresError(result: result, isTrusted: isScript)
        let isLibpqOwn = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) == nil
        if PostgresError.endsSession(result) || isLibpqOwn {
            let reason =
                isLibpqOwn ? PostgresError.connectionMessage(handle) : error.description
            return drop(PostgresError(.connection(.lost), reason), isFailover: error.meansReconnect)
        }
        // A failed Parse leaves no statement behind; those that follow find out and ask again.
        if forgetIfParsing(operation), !error.isPassing { operation.prepared?.refusal = error }
        if operation.error == nil { operation.error = error }
    }

    /// The segment's Sync is through: only now is an autocommit statement durable.
    private func complete(_ operation: Operation) {
        guard var error = operation.error else { return succeed(operation) }
        if error.sqlState == "26000", let refusal = operation.prepared?.refusal { error = refusal }
        if error.isStalePlan { forget(operation) }
        if error.meansReconnect || operation.isEssential {
            finish(operation, error, nothingExecuted: error.sqlState == "25006")
            return drop(
                PostgresError(.connection(.lost), error.description), isFailover: error.meansReconnect)
        }
        let wasHitByCancel = error.sqlState == "57014" && mayHaveBeenHitByCancel
        finish(operation, error, nothingExecuted: error.isStalePlan || wasHitByCancel)
    }

    private func succeed(_ operation: Operation) {
        guard let storage = operation.storage else {
            return operation.finish(
                .failure(PostgresError(.decoding, "no result", mayHaveCommitted: operation.mayCommit)))
        }
        if let prepared = operation.prepared, prepared.layout !== storage.layout {
            prepared.layout = storage.layout
        }
        operation.finish(.success(Rows(storage: storage)))
    }

    private func finish(_ operation: Operation, _ error: PostgresError, nothingExecuted: Bool) {
        if nothingExecuted, operation.retriesLeft > 0, !operation.isAbandoned, let owner {
            operation.retriesLeft -= 1
            operation.rewind()
            owner.retry(operation)
        } else {
            operation.finish(.failure(error))
        }
    }

    /// To be called for the result that the command in turn failed with.
    private func forgetIfParsing(_ operation: Operation) -> Bool {
        let isParsing = operation.preparesNow && operation.commandsDone == operation.prefixCount - 1
        if isParsing { forget(operation) }
        return isParsing
    }

    private func forget(_ operation: Operation) {
        guard case .statement(let statement, _) = operation.work, let used = operation.prepared,
            prepared[statement] === used
        else { return }
        prepared[statement] = nil
    }

    private func endScript(_ operation: Operation, _ handle: OpaquePointer) {
        _ = inflight.popFirst()
        guard PQenterPipelineMode(handle) == 1 else { return dropAsLost() }
        if let error = operation.error {
            operation.finish(.failure(error))
        } else {
            succeed(operation)
        }
    }

    private func takeNotifications(_ handle: OpaquePointer) {
        while let notification = PQnotifies(handle) {
            let channel = String(cString: notification.pointee.relname)
            let payload = String(cString: notification.pointee.extra)
            PQfreemem(notification)
            owner?.notified(channel: channel, payload: payload)
        }
    }
}
