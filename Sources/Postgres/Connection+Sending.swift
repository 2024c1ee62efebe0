internal import CPostgres
internal import Reactor

extension Connection {
    /// Statements under way on a shared connection, at most.
    static let pipelineDepthMax = 64
    /// Different statements in one session; then another session takes its place.
    static let preparedMax = 1000

    /// Sends a statement behind those under way. It finishes, one way or another.
    func send(_ operation: Operation) {
        guard phase == .open, let handle else {
            return operation.finish(.failure(PostgresError(.connection(.lost))))
        }
        switch operation.work {
        case .script(let text): sendScript(text, operation, handle)
        case .statement(let statement, let parameters):
            do throws(PostgresError) {
                try encoder.encode(parameters)
            } catch {
                return operation.finish(.failure(error))
            }
            sendSegment(statement, operation, handle)
        }
    }

    /// BEGIN if asked for, Parse if need be, Bind and Execute, Sync.
    private func sendSegment(_ statement: Statement, _ operation: Operation, _ handle: OpaquePointer) {
        if operation.beginsTransaction {
            guard PQsendQueryParams(handle, "BEGIN", 0, nil, nil, nil, nil, 1) == 1 else {
                return failToSend(operation, mayHaveCommitted: false)
            }
            operation.prefixCount += 1
        }
        let known: PreparedStatement
        if let found = prepared[statement] {
            known = found
        } else {
            preparedCount += 1
            known = PreparedStatement(serverName: "\(statement.name.prefix(40))_\(preparedCount)")
            guard PQsendPrepare(handle, known.serverName, statement.sql, 0, nil) == 1 else {
                return failToSend(operation, mayHaveCommitted: false)
            }
            prepared[statement] = known
            // Only SQL that is put together at run time gets here: the server's memory is not to fill up with
            // it.
            if prepared.count > Self.preparedMax { isRetiring = true }
            operation.prefixCount += 1
            operation.preparesNow = true
        }
        operation.prepared = known
        let sent = encoder.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, known.serverName, count, values, lengths, formats, 1)
        }
        guard sent == 1 else { return failToSend(operation, mayHaveCommitted: false) }
        inflight.append(operation)
        guard PQpipelineSync(handle) == 1 else { return dropAsLost() }
        flush()
    }

    private func sendScript(_ text: String, _ operation: Operation, _ handle: OpaquePointer) {
        guard inflight.isEmpty, PQexitPipelineMode(handle) == 1, PQsendQuery(handle, text) == 1 else {
            return failToSend(operation, mayHaveCommitted: false)
        }
        inflight.append(operation)
        flush()
    }

    /// What was half sent cannot be taken back: the session ends before the Sync that would run it.
    private func failToSend(_ operation: Operation, mayHaveCommitted: Bool) {
        let error = PostgresError(
            .connection(.lost), PostgresError.connectionMessage(handle), mayHaveCommitted: mayHaveCommitted)
        operation.finish(.failure(error))
        dropAsLost()
    }

    /// Writes what the socket takes; asks to be told when there is room again.
    func flush() {
        guard let handle else { return }
        let state = PQflush(handle)
        if state < 0 { return dropAsLost() }
        let mustWait = state == 1
        guard mustWait != wantsWrite else { return }
        wantsWrite = mustWait
        do {
            try reactor.rewatch(descriptor, for: mustWait ? [.readable, .writable] : .readable, level: true)
        } catch {
            dropAsLost("\(error)")
        }
    }
}
