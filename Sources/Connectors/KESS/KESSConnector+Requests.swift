public import Core
internal import JSON

extension KESSConnector {
    /// Creates the transfer: it tells the receiver's name, and moves nothing.
    public func preparation(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        if let problem = problems(with: payment).first {
            throw Refusal(.invalidRequest, "\(problem.pointer) \(problem.detail)", worthAnotherAccount: false)
        }
        let sender = ProviderWords.printable(settings.senderName ?? payment.merchantName)
        return try signed([
            "service": "create.unified.fundTransfer",
            "out_trade_no": .string(payment.reference),
            "receiver_id": .string(Self.receiver(payment.counterparty[.accountNumber] ?? "") ?? ""),
            "sender_name": .string(sender.isEmpty ? "Causeway" : String(sender.prefix(96))),
            "amount": Self.number(payment.amount),
            "currency": "USD",
        ])
    }

    /// Confirms the transfer that was created: this pays.
    public func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        guard let preparation = payment.preparation else {
            throw Refusal(.preparationLapsed, "The transfer was not created.", worthAnotherAccount: true)
        }
        return try signed([
            "service": "confirm.fundTransfer",
            "partner_transaction_id": .string(payment.reference),
            "pre_transfer_id": .string(preparation.reference),
        ])
    }

    /// By our own reference.
    public func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    {
        question(payment.reference)
    }

    /// A question about a transfer that nobody made: the answer is signed.
    public func healthQuery(at time: Timestamp) -> ProviderRequest? { question("health") }

    private func question(_ reference: String) -> ProviderRequest {
        let message: JSONObject = ["service": "query.fundTransfer", "out_trade_no": .string(reference)]
        // One that cannot be signed is sent without a signature: KESS refuses it, and nothing is concluded.
        return post(settings.signature.signed(message) ?? message)
    }

    private func signed(_ message: JSONObject) throws(Refusal) -> ProviderRequest {
        guard let signed = settings.signature.signed(message) else {
            throw Refusal(.misconfigured, "The request could not be signed.", worthAnotherAccount: true)
        }
        return post(signed)
    }

    private func post(_ message: JSONObject) -> ProviderRequest {
        ProviderRequest(
            method: "POST", url: settings.baseURL + "/gateway",
            headers: [.init("Content-Type", "application/json"), .init("Accept", "application/json")],
            body: JSON.object(message).compact(), needsSession: true)
    }

    /// As PHP writes it again: without zeros at the end.
    private static func number(_ amount: Money) -> JSON {
        JSONNumber(text: amount.decimalShortest).map(JSON.number) ?? .null
    }
}
