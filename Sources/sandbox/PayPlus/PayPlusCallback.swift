/// PayPlus's callbacks: the seed's sample body, signed like a request.
enum PayPlusCallback {
    static func fields(
        _ order: Order, _ progress: Progress, _ variant: CallbackVariant, key: String, settings: Settings,
        now: Moment = .now
    ) -> JSONObject {
        let amount = amount(of: order, settings)
        let net = netAmount(of: order)
        var fields: JSONObject = [
            "order_no": .string(order.id), "agent_order_no": .string(order.reference),
            "type": order.direction == .payin ? "deposit" : "withdrawal", "amount": amount.number,
            "fee": order.fee.number, "transfer_amount": net.number, "actual_amount": net.number,
            "status": .string(progress.rawValue), "timestamp": .string(String(now.seconds)),
        ]
        switch variant {
        case .wrongAmount:
            // A hundred more, consistently in every field, and signed: only the order itself tells the truth.
            let more = Amount(minor: 10_000)
            fields["amount"] = (amount + more).number
            fields["transfer_amount"] = (net + more).number
            fields["actual_amount"] = (net + more).number
        case .wrongCurrency: fields["currency"] = "USD"
        case .wrongReference: fields["agent_order_no"] = .string(order.reference + "-unknown")
        case .stale: fields["timestamp"] = .string(String(now.seconds - 86_400))
        default: break
        }
        let isForged = variant == .forged
        fields["signature"] = .string(Token.sign(fields, key: isForged ? key + "-forged" : key))
        return fields
    }

    static func amount(of order: Order, _ settings: Settings) -> Amount {
        settings.amountIsReceived ? order.received ?? order.payable : order.payable
    }

    /// What arrives after the fee: of the money received for a deposit, of the order's amount for a withdrawal.
    static func netAmount(of order: Order) -> Amount {
        (order.received ?? order.payable) - order.fee
    }

    /// HTTP 200 and `{"code":200,"message":"Success"}`.
    static func isAcknowledged(_ result: DeliveryResult) -> Bool {
        guard result.status == 200, let body = try? JSONReader.read(result.body).object else { return false }
        return body["code"]?.integer == 200 && body["message"]?.string == "Success"
    }
}
