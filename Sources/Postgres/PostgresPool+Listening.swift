internal import Reactor

/// Who wants to hear of a channel.
struct Subscription: Sendable {
    let channel: String
    let body: @Sendable (String) -> Void
    let onReconnect: @Sendable () -> Void
}

extension PostgresPool {
    /// How often the listening session is asked whether it is alive.
    private static let pingInterval = Duration.seconds(20)
    private static let ping = Statement("ping", "SELECT 1")

    /// Hears notifications of a channel, on a session that is kept for this.
    ///
    /// Both closures are called on the reactor's thread and are not to block.
    /// - Parameters:
    ///   - channel: as in `NOTIFY "channel"`: letter case counts.
    ///   - body: gets each payload.
    ///   - onReconnect: listening begins now, for the first time or anew: look for what was missed until
    ///     here.
    public func listen(
        _ channel: String, _ body: @escaping @Sendable (String) -> Void,
        onReconnect: @escaping @Sendable () -> Void
    ) {
        guard !isClosed else { return }
        let subscription = Subscription(channel: channel, body: body, onReconnect: onReconnect)
        subscriptions.append(subscription)
        if let listener {
            if listener.phase == .open { listen(listener, to: [subscription]) }
        } else {
            let connection = Connection(reactor: reactor, owner: self)
            listener = connection
            keepOpen(connection)
        }
    }

    /// A new session has heard of nothing yet.
    func beginListening(_ connection: Connection) {
        listen(connection, to: subscriptions)
        schedulePing(connection, epoch: connection.epoch)
    }

    private func listen(_ connection: Connection, to subscriptions: [Subscription]) {
        for subscription in subscriptions {
            // Quoted as an identifier, which takes no parameter.
            let name = subscription.channel.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"")
            send(Statement("listen", "LISTEN \"\(name)\""), on: connection) { subscription.onReconnect() }
        }
    }

    /// A peer that vanished without a word would never be missed: nothing else is ever sent here.
    private func schedulePing(_ connection: Connection, epoch: UInt64) {
        _ = reactor.timer(after: Self.pingInterval) { [weak self] in
            self?.assumeIsolated { pool in
                guard connection.phase == .open, connection.epoch == epoch, !pool.isClosed else { return }
                pool.send(Self.ping, on: connection) {}
                pool.schedulePing(connection, epoch: epoch)
            }
        }
    }

    /// Drops the session where the statement fails or takes too long.
    private func send(
        _ statement: Statement, on connection: Connection, _ body: @escaping @Sendable () -> Void
    ) {
        reactor.spawn { [configuration] in
            do throws(PostgresError) {
                _ = try await connection.perform(
                    .statement(statement, []), until: Deadline.after(configuration.statementDeadline))
                body()
            } catch {
                connection.dropAsLost(error.description)
            }
        }
    }

    nonisolated func notified(channel: String, payload: String) {
        assumeIsolated { pool in
            for subscription in pool.subscriptions where subscription.channel == channel {
                subscription.body(payload)
            }
        }
    }
}
