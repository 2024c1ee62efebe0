extension ControlDesk {
    /// One line per order; a reference that never became an order has one line with the state `none`.
    func ledger(_ query: [String: String]) -> JSONObject {
        let (records, orders) = world.state.withLock { state in
            (state.referenceOrder.compactMap { state.references[$0] }, state.orders)
        }
        let wanted = records.filter { record in
            query["provider"].map { $0 == record.account.provider.rawValue } ?? true
                && query["account"].map { $0 == record.account.name } ?? true
        }
        let entries = wanted.flatMap { self.entries(of: $0, orders) }
        return ["entries": .array(entries.map(JSONValue.object)), "totals": .object(totals(wanted, orders))]
    }

    /// What is known of one reference, or of one provider's number.
    func entry(_ reference: String) throws(ControlProblem) -> JSONObject {
        let (records, orders) = world.state.withLock { state in
            let records = state.referenceOrder.compactMap { state.references[$0] }
            return (
                records.filter { $0.reference == reference || $0.orders.contains(reference) }, state.orders
            )
        }
        guard let record = records.first else {
            throw ControlProblem(status: 404, message: "no such reference: \(reference)")
        }
        let all = records.flatMap { entries(of: $0, orders) }
        let first =
            entries(of: record, orders).first { $0["providerReference"]?.string == reference } ?? all.first
        var entry = first ?? [:]
        entry["orders"] = .array(all.map(JSONValue.object))
        return entry
    }

    private func entries(of record: ReferenceRecord, _ orders: [String: Order]) -> [JSONObject] {
        let found = record.orders.compactMap { orders[$0] }
        let movements = found.count { $0.movedAt != nil }
        guard !found.isEmpty else { return [entry(record, nil, movements: 0)] }
        return found.map { entry(record, $0, movements: movements) }
    }

    private func entry(_ record: ReferenceRecord, _ order: Order?, movements: Int) -> JSONObject {
        var entry: JSONObject = [
            "provider": .string(record.account.provider.rawValue), "account": .string(record.account.name),
            "direction": .string(record.direction.rawValue), "reference": .string(record.reference),
            "providerReference": JSONValue(order?.id),
            "amount": .string(order.map { ($0.received ?? $0.payable).text } ?? record.amount),
            "requested": .string(order?.requested.text ?? record.amount),
            "payable": JSONValue(order?.payable.text), "fee": JSONValue(order?.fee.text),
            "currency": .string(order?.currency ?? record.currency),
            "state": .string(order.map { world.progress(of: $0).rawValue } ?? "none"),
            "reason": JSONValue(order?.reason), "moved": .bool(order?.movedAt != nil),
            "movements": JSONValue(movements), "times_received": JSONValue(record.timesReceived),
            "created_at": .string((order?.createdAt ?? record.firstAt).iso),
            "moved_at": JSONValue(order?.movedAt?.iso),
        ]
        for member in order?.kess?.ledger.members ?? [] { entry[member.key] = member.value }
        return entry
    }

    private func totals(_ records: [ReferenceRecord], _ orders: [String: Order]) -> JSONObject {
        let found = records.flatMap { $0.orders.compactMap { orders[$0] } }
        func total(_ direction: Order.Direction) -> JSONValue {
            let mine = found.filter { $0.direction == direction }
            let moved = mine.filter { $0.movedAt != nil }
            let sum = moved.reduce(Amount(minor: 0)) { $0 + ($1.received ?? $1.payable) }
            return .object([
                "orders": JSONValue(mine.count), "movements": JSONValue(moved.count),
                "amount": .string(sum.text),
            ])
        }
        let repeated = records.count { record in
            record.orders.count { orders[$0]?.movedAt != nil } > 1
        }
        return [
            "payin": total(.payin), "payout": total(.payout),
            "submissions": JSONValue(records.reduce(0) { $0 + $1.timesReceived }),
            "references_moved_more_than_once": JSONValue(repeated),
        ]
    }
}
