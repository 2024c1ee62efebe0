public import Core
internal import JSON

extension HaiPayConnector {
    /// What the answer to an application means. Taken is only what HaiPay signed for our reference.
    public func outcome(
        ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> Outcome {
        switch HaiPayAnswer(response, settings.signature) {
        case .unusable(let why): return .unknown(why)
        case .refusal(_, let message): return HaiPayRefusals.outcome(message: message, of: payment)
        case .success(let data):
            guard let order = order(data, of: payment) else {
                return .unknown("the answer is about another order")
            }
            return .accepted(Acceptance(providerReference: order.providerReference))
        }
    }

    /// What the answer to a query means. Errors are not signed and decide nothing, save the one that says that the
    /// order is unknown.
    public func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp)
        -> Outcome
    {
        switch HaiPayAnswer(response, settings.signature) {
        case .unusable(let why): return .unknown(why)
        case .refusal(let code, let message):
            return HaiPayRefusals.saysNotFound(message)
                ? .notFound : .unknown("the query was refused with error \(ProviderWords.printable(code))")
        case .success(let data):
            guard let order = order(data, of: payment) else {
                return .unknown("the answer is about another order")
            }
            return order.outcome(of: payment)
        }
    }

    private func order(_ data: JSONObject, of payment: Payment) -> HaiPayOrder? {
        guard let order = HaiPayOrder(data), order.reference.isExactly(payment.reference),
            order.isOf(app: settings.appID)
        else { return nil }
        return order
    }

    /// What is available of the ledger.
    public func balance(
        in response: ProviderResponse, currency: Currency
    ) throws(ConnectorError) -> Balance {
        switch HaiPayAnswer(response, settings.signature) {
        case .unusable(let why): throw ConnectorError(why)
        case .refusal(let code, let message):
            let words = ProviderWords.shown(message, hiding: Counterparty()) ?? ""
            throw ConnectorError("error \(ProviderWords.printable(code)): \(words)")
        case .success(let data):
            guard currency == .kes, let available = data.moneyRoundedDown("availableBal", .kes) else {
                throw ConnectorError("availableBal is no amount of shillings")
            }
            return Balance(available: available)
        }
    }
}
