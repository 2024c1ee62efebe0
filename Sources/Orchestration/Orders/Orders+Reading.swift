public import Core
internal import Postgres
internal import Reactor

extension Orders {
    /// An order of this merchant; of any merchant for an operator (`nil`).
    ///
    /// - Parameter refresh: asks the provider first, where an attempt is under way, or a code has expired that somebody may
    ///   have paid all the same; where it does not answer in time, the order is given as it is known.
    public func fetch(
        _ id: Identifier, merchant: Identifier?, refresh: Bool
    ) async throws(OrderError) -> OrderView {
        let end = engine.clock.now() + engine.settings.answerWait
        var pause: Duration = .milliseconds(25)
        while true {
            let record = try await stored(id, merchant: merchant)
            let isOpen = record.attempt?.state == .accepted || record.attempt?.state == .unknown
            guard refresh, isOpen && !record.view.state.isTerminal || executor.mayBePaidLate(record) else {
                return engine.view(of: record)
            }
            let now = engine.clock.now()
            let claimed: OrderRecord?
            do {
                claimed = try await store.claim(record, now: now, until: now + engine.settings.lease)
            } catch { throw .unavailable }
            if let claimed { return await asked(claimed, within: max(.zero, end - now)) }
            // Somebody is asking already, but may have asked before this call came: questions go one after another.
            guard now + pause < end else { return engine.view(of: record) }
            await engine.reactor.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(400))
        }
    }

    private func asked(_ record: OrderRecord, within time: Duration) async -> OrderView {
        let executor = self.executor
        let asked = await FirstAnswer.of(engine.reactor, within: time) {
            await executor.poll(record, isPlanned: false)
        }
        return engine.view(of: asked ?? record)
    }

    /// A page of orders, newest first.
    public func list(_ query: OrderQuery) async throws(OrderError) -> OrderPage {
        do {
            let (records, hasMore) = try await store.list(query)
            return OrderPage(orders: records.map(engine.view), hasMore: hasMore)
        } catch { throw .unavailable }
    }

    /// What happened to an order, oldest first.
    public func events(of id: Identifier, merchant: Identifier?) async throws(OrderError) -> [OrderEvent] {
        _ = try await stored(id, merchant: merchant)
        do { return try await store.events(of: id) } catch { throw .unavailable }
    }
}
