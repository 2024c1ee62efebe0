public import Core
internal import JSON

extension PayPlusConnector {
    /// A deposit for the payins, a withdrawal for the payout.
    public func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        if let problem = problems(with: payment).first {
            throw Refusal(.invalidRequest, "\(problem.pointer) \(problem.detail)", worthAnotherAccount: false)
        }
        switch payment.method.direction {
        case .payin: return post(settings.paths.deposit, deposit(payment, at: time))
        case .payout: return post(settings.paths.withdraw, withdrawal(payment, at: time))
        }
    }

    /// By our own reference alone, which both kinds of order have from the beginning.
    public func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    {
        post(
            settings.paths.query,
            [
                "agent_order_no": .string(payment.reference),
                "timestamp": .int(settings.timestampUnit.count(time)),
            ])
    }

    /// The balance is told for baht only.
    public func balanceQuery(currency: Currency, at time: Timestamp) -> ProviderRequest? {
        guard currency == .thb else { return nil }
        return post(settings.paths.balance, ["timestamp": .int(settings.timestampUnit.count(time))])
    }

    /// PayPlus's own health page.
    public func healthQuery(at time: Timestamp) -> ProviderRequest? { get(settings.paths.health) }

    /// PayPlus's own list.
    public func banksQuery(at time: Timestamp) -> ProviderRequest? { get(settings.paths.banks) }

    private func deposit(_ payment: Payment, at time: Timestamp) -> JSONObject {
        let payer = payment.counterparty
        return [
            "merchantId": .string(settings.merchantID),
            "transactionId": .string(payment.reference),
            "bankAccountNumber": .string(Self.accountNumber(payer[.accountNumber] ?? "") ?? ""),
            "bankName": .string(payer[.bankCode] ?? ""),
            "name": .string(payer[.name] ?? ""),
            "amount": Self.number(payment.amount),
            "callbackUrl": .string(payment.callbackURL),
            "type": .string(payment.method == .thbQR ? "QR" : "BANK_TRANSFER"),
            "timestamp": .int(settings.timestampUnit.count(time)),
        ]
    }

    /// Here, and only here, the documents have the time as a string.
    private func withdrawal(_ payment: Payment, at time: Timestamp) -> JSONObject {
        let payee = payment.counterparty
        return [
            "agent_order_no": .string(payment.reference),
            "amount": Self.number(payment.amount),
            "bank_code": .string(payee[.bankCode] ?? ""),
            "account_no": .string(Self.accountNumber(payee[.accountNumber] ?? "") ?? ""),
            "account_name": .string(payee[.name] ?? ""),
            "callback_url": .string(payment.callbackURL),
            "timestamp": .string(String(settings.timestampUnit.count(time))),
        ]
    }

    /// An amount as JavaScript prints the number: `1000`, `999.9`.
    private static func number(_ amount: Money) -> JSON {
        JSONNumber(text: amount.decimalShortest).map(JSON.number) ?? .null
    }

    private func post(_ path: String, _ message: JSONObject) -> ProviderRequest {
        ProviderRequest(
            method: "POST", url: settings.baseURL + path,
            headers: [.init("Content-Type", "application/json")] + commonHeaders,
            body: JSON.object(settings.requests.signed(message)).compact())
    }

    private func get(_ path: String) -> ProviderRequest {
        ProviderRequest(method: "GET", url: settings.baseURL + path, headers: commonHeaders)
    }

    private var commonHeaders: [ProviderRequest.Header] {
        [.init("Accept", "application/json"), .init("x-api-key", settings.requests.apiKey)]
    }
}
