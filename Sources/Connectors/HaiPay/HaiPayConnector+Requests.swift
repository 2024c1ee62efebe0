public import Core
internal import JSON

extension HaiPayConnector {
    /// A disbursement.
    public func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        if let problem = problems(with: payment).first {
            throw Refusal(.invalidRequest, "\(problem.pointer) \(problem.detail)", worthAnotherAccount: false)
        }
        guard let message = settings.signature.signed(application(payment)) else {
            throw Refusal(.misconfigured, "The request could not be signed.", worthAnotherAccount: true)
        }
        return post("pay/apply", message)
    }

    /// By our own reference; HaiPay answers sooner when it is told its own number too.
    public func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    {
        var message: JSONObject = ["appId": .int(settings.appID), "orderId": .string(payment.reference)]
        message["orderNo"] = providerReference.map(JSON.string)
        return post("pay/query", signed(message))
    }

    /// The ledger of the account's app, which is bound to the shilling.
    public func balanceQuery(currency: Currency, at time: Timestamp) -> ProviderRequest? {
        guard currency == .kes else { return nil }
        return post("account/ledger", signed(["appId": .int(settings.appID)]))
    }

    /// A question that cannot be signed is sent without a signature: HaiPay refuses it, and nothing is concluded.
    private func signed(_ question: JSONObject) -> JSONObject {
        settings.signature.signed(question) ?? question
    }

    private func application(_ payment: Payment) -> JSONObject {
        let payee = payment.counterparty
        let phone = HaiPayPayee.phone(payee[.phone] ?? "") ?? ""
        let isWallet = payment.method == .kesEWallet
        let account =
            isWallet
            ? payee[.accountNumber].flatMap(HaiPayPayee.phone) ?? phone
            : HaiPayPayee.bankAccount(payee[.accountNumber] ?? "") ?? ""
        var message: JSONObject = [
            "appId": .int(settings.appID),
            "orderId": .string(payment.reference),
            "amount": .string(payment.amount.decimalShortest),
            "accountType": .string(isWallet ? "EWALLET" : "BANK_ACCOUNT"),
            "bankCode": .string(payee[.bankCode] ?? ""),
            "accountNo": .string(account),
            "name": .string(payee[.name] ?? ""),
            "phone": .string(phone),
            "email": .string(payee[.email] ?? ""),
            "notifyUrl": .string(payment.callbackURL),
            "partnerUserId": .string(payee[.userId] ?? ""),
        ]
        let subject = ProviderWords.printable(payment.description ?? "")
        if !subject.isEmpty { message["subject"] = .string(subject) }
        return message
    }

    private func post(_ endpoint: String, _ message: JSONObject) -> ProviderRequest {
        ProviderRequest(
            method: "POST", url: "\(settings.baseURL)/kes/\(endpoint)",
            headers: [
                .init("Content-Type", "application/json; charset=utf-8"), .init("Accept", "application/json"),
            ],
            body: JSON.object(message).compact())
    }
}
