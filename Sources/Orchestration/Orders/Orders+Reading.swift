public import Core
internal import Postgres

extension Orders {
    /// An order of this merchant; of any merchant for an operator (`nil`).
    ///
    /// - Parameter refresh: asks the provider first, where an attempt is under way; where it does not answer in time,
    ///   the order is given as it is known.
    public func fetch(
        _ id: Identifier, merchant: Identifier?, refresh: Bool
    ) async throws(OrderError) -> OrderView {
        let record = try await stored(id, merchant: merchant)
        guard refresh, !record.view.state.isTerminal,
            record.attempt?.state == .accepted || record.attempt?.state == .unknown
        else { return record.view }
        let now = engine.clock.now()
        let claimed: OrderRecord?
        do { claimed = try await store.claim(record, now: now, until: now + engine.settings.lease) } catch {
            throw .unavailable
        }
        // Somebody else is asking at this moment.
        guard let claimed else { return try await stored(id, merchant: merchant).view }
        let executor = self.executor
        let asked = await FirstAnswer.of(engine.reactor, within: engine.settings.answerWait) {
            await executor.poll(claimed, isPlanned: false)
        }
        return (asked ?? record).view
    }

    /// A page of orders, newest first.
    public func list(_ query: OrderQuery) async throws(OrderError) -> OrderPage {
        var (records, hasMore): ([OrderRecord], Bool)
        do { (records, hasMore) = try await store.list(query) } catch { throw .unavailable }
        if query.endingBefore != nil, query.merchant != nil, !query.inReview { records.reverse() }
        return OrderPage(orders: records.map(\.view), hasMore: hasMore)
    }

    /// What happened to an order, oldest first.
    public func events(of id: Identifier, merchant: Identifier?) async throws(OrderError) -> [OrderEvent] {
        _ = try await stored(id, merchant: merchant)
        do { return try await store.events(of: id) } catch { throw .unavailable }
    }
}
