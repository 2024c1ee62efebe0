public import Core
internal import JSON

extension PayPlusConnector {
    /// What the answer to a deposit or a withdrawal means.
    public func outcome(
        ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> Outcome {
        switch PayPlusAnswer(response, settings.requests) {
        case .unusable(let why): return .unknown(why)
        case .refusal(let code, let message):
            return PayPlusRefusals.outcome(code: code, message: message, of: payment)
        case .success(let data):
            switch payment.method.direction {
            case .payin:
                return PayPlusDeposit(data: data, payment: payment, merchantID: settings.merchantID).outcome()
            case .payout: return outcome(of: data, payment)
            }
        }
    }

    /// What the answer to a query means. Errors decide nothing, save the one that says that the order is unknown.
    public func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp)
        -> Outcome
    {
        switch PayPlusAnswer(response, settings.requests) {
        case .unusable(let why): return .unknown(why)
        case .refusal(let code, let message):
            return PayPlusRefusals.saysNotFound(code: code, message: message)
                ? .notFound : .unknown("the query was refused with code \(code)")
        case .success(let data): return outcome(of: data, payment)
        }
    }

    private func outcome(of data: JSONObject, _ payment: Payment) -> Outcome {
        guard let order = PayPlusOrder(data) else { return .unknown("no order numbers") }
        guard order.reference.isExactly(payment.reference) else {
            return .unknown("the answer is about another order")
        }
        return order.outcome(of: payment, payment.method.direction)
    }

    /// The balance in baht.
    public func balance(
        in response: ProviderResponse, currency: Currency
    ) throws(ConnectorError) -> Balance {
        let data = try successData(response)
        guard currency == .thb, data["currency"]?.stringValue == "THB" else {
            throw ConnectorError("the balance is in another currency")
        }
        guard let balance = data.moneyRoundedDown("balance", .thb) else {
            throw ConnectorError("the balance is no amount")
        }
        return Balance(available: balance)
    }

    /// Healthy is what calls itself so.
    public func checkHealth(in response: ProviderResponse) throws(ConnectorError) {
        guard try successData(response)["status"]?.stringValue == "healthy" else {
            throw ConnectorError("PayPlus does not call itself healthy")
        }
    }

    /// PayPlus's banks, and whether it serves each now.
    public func banks(in response: ProviderResponse) throws(ConnectorError) -> [BankStatus] {
        guard let rows = try successData(response)["banks"]?.arrayValue else {
            throw ConnectorError("the answer has no list of banks")
        }
        var banks: [BankStatus] = []
        for row in rows {
            guard let row = row.objectValue, let code = row.reference("code"),
                let name = row.shownText("name"),
                let isActive = row["active"]?.boolValue
            else { throw ConnectorError("a bank without code, name or state") }
            banks.append(BankStatus(bank: Bank(code, name), isActive: isActive))
        }
        return banks
    }

    private func successData(_ response: ProviderResponse) throws(ConnectorError) -> JSONObject {
        switch PayPlusAnswer(response, settings.requests) {
        case .success(let data): return data
        case .refusal(let code, let message):
            throw ConnectorError(
                "code \(code): \(ProviderWords.shown(message, hiding: Counterparty()) ?? "")")
        case .unusable(let why): throw ConnectorError(why)
        }
    }
}
