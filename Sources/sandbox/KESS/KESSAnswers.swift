/// The `data` of KESS's answers, fields in the order of its tables.
extension KESSDesk {
    /// The documents name no word but SUCCESS, and say that there are others.
    private static let notDone = "PENDING"

    static func createdFields(_ order: Order, _ behaviour: Behaviour) -> JSONObject {
        let told = told(order, behaviour)
        return [
            "out_trade_no": told.reference, "receiver_id": told.receiver, "amount": told.amount,
            "currency": told.currency, "pre_transfer_id": .string(order.id),
            "receiver_name": .string(order.kess?.receiverName ?? ""),
            "expire_in": JSONValue(order.kess?.lifetimeSeconds ?? 0),
        ]
    }

    static func confirmedFields(_ order: Order, _ behaviour: Behaviour) -> JSONObject {
        let told = told(order, behaviour)
        var fields = result(order, behaviour)
        fields["out_trade_no"] = told.reference
        fields["receiver_id"] = told.receiver
        fields["pre_transfer_id"] = .string(order.id)
        fields["amount"] = told.amount
        fields["currency"] = told.currency
        fields["receiver_name"] = told.name
        return fields
    }

    static func queriedFields(_ order: Order, _ behaviour: Behaviour) -> JSONObject {
        let told = told(order, behaviour)
        var fields = result(order, behaviour)
        fields["out_trade_no"] = told.reference
        fields["amount"] = told.amount
        fields["currency"] = told.currency
        fields["receiver_id"] = told.receiver
        fields["receiver_name"] = told.name
        return fields
    }

    private static func result(_ order: Order, _ behaviour: Behaviour) -> JSONObject {
        guard order.end == .completed, behaviour != .stuck, let id = order.kess?.fundTransferID else {
            return ["result_code": .string(notDone)]
        }
        return ["result_code": "SUCCESS", "fund_transfer_id": .string(id)]
    }

    private struct Told {
        var reference: JSONValue
        var receiver: JSONValue
        var name: JSONValue
        /// A number with two decimals always: PHP signs 0.50 as 0.5.
        var amount: JSONValue
        var currency: JSONValue
    }

    /// What is said of an order: the truth, but for one thing where a behaviour wants it.
    private static func told(_ order: Order, _ behaviour: Behaviour) -> Told {
        let receiver = order.kess?.receiver ?? ""
        let name = order.kess?.receiverName ?? ""
        // Another of the same length.
        let other = (order.reference.hasPrefix("X") ? "Y" : "X") + order.reference.dropFirst()
        let more = Amount(minor: behaviour == .wrongAmount ? 10_000 : 0)
        return Told(
            reference: .string(behaviour == .wrongReference ? other : order.reference),
            receiver: .string(behaviour == .wrongReceiver ? "85599999999" : receiver),
            name: .string(behaviour == .rename ? KESSReceivers.another(than: name) : name),
            amount: .number((order.requested + more).text),
            currency: behaviour == .wrongCurrency ? "KHR" : .string(order.currency))
    }
}
