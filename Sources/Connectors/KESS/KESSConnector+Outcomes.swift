public import Core
internal import JSON

extension KESSConnector {
    /// What the answer to a creation means. Whatever cannot be used is given up: nothing has moved.
    public func preparation(
        in response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> PreparationOutcome {
        switch KESSAnswer(response, settings.signature) {
        case .success(let data):
            guard let prepared = Self.preparation(data, of: payment, at: time) else {
                return .rejected(
                    Refusal(
                        .providerUnavailable, "KESS created something other than what was asked for",
                        worthAnotherAccount: true))
            }
            return .prepared(prepared)
        case .failure(.systemError, _):
            return .rejected(
                Refusal(.providerUnavailable, "KESS is out of order or busy.", worthAnotherAccount: true))
        case .failure(let error, let description):
            return .rejected(KESSRefusals.refusal(error, description, of: payment))
        case .unauthenticated: return .rejected(KESSRefusals.unauthenticated)
        case .unusable(let why):
            return .rejected(Refusal(.providerUnavailable, why, worthAnotherAccount: true))
        }
    }

    /// What the answer to a confirmation means. Only what KESS signed about this very transfer decides.
    public func outcome(
        ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> Outcome {
        switch KESSAnswer(response, settings.signature) {
        case .success(let data):
            guard data.reference("pre_transfer_id")?.isExactly(payment.preparation?.reference ?? "") == true
            else { return .unknown("the answer is about another transfer") }
            return Self.transfer(data, of: payment)
        // It was confirmed before: only the query tells what became of it.
        case .failure(.used, _): return .unknown("the transfer was confirmed before")
        case .failure(.systemError, _): return .unknown("SYSTEMERROR")
        case .failure(.expired, _), .failure(.notExist, _):
            return .rejected(
                Refusal(.preparationLapsed, "The transfer's time was over.", worthAnotherAccount: true))
        case .failure(.other, _): return .unknown("an undocumented error")
        case .failure(let error, let description):
            return .rejected(KESSRefusals.refusal(error, description, of: payment))
        // Nothing signed says that the money did not move: a wall in front of KESS may have answered.
        case .unauthenticated: return .unknown("HTTP 401, which is not signed")
        case .unusable(let why): return .unknown(why)
        }
    }

    /// What the answer to a query means.
    public func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp)
        -> Outcome
    {
        switch KESSAnswer(response, settings.signature) {
        case .success(let data): return Self.transfer(data, of: payment)
        case .failure(.notExist, _): return .notFound
        case .failure(.expired, _):
            // A confirmation that was on its way when the time ran out must have arrived, or not, before this is believed.
            guard let lapsed = payment.preparation?.expiresAt, time >= lapsed + settings.expiredGrace else {
                return .unknown("expired, and not for long enough to prove that it was never confirmed")
            }
            return .rejected(
                Refusal(.preparationLapsed, "The transfer was never confirmed.", worthAnotherAccount: true))
        case .failure(let error, _): return .unknown("the query was refused: \(error)")
        case .unauthenticated: return .unknown("the query was refused: the token is not good")
        case .unusable(let why): return .unknown(why)
        }
    }

    /// Whether KESS answers what only KESS can sign.
    public func checkHealth(in response: ProviderResponse) throws(ConnectorError) {
        switch KESSAnswer(response, settings.signature) {
        case .success, .failure(.notExist, _), .failure(.expired, _), .failure(.validationError, _): return
        case .failure(let error, _): throw ConnectorError("the gateway answers \(error.rawValue)")
        case .unauthenticated: throw ConnectorError("the gateway refuses a new token (401)")
        case .unusable(let why): throw ConnectorError(why)
        }
    }

    private static func preparation(
        _ data: JSONObject, of payment: Payment, at time: Timestamp
    ) -> Preparation? {
        guard data.reference("out_trade_no")?.isExactly(payment.reference) == true,
            let reference = data.reference("pre_transfer_id"), let name = data.shownText("receiver_name"),
            data["currency"]?.stringValue == "USD", data.money("amount", .usd) == payment.amount,
            let life = data["expire_in"]?.int64, (1...31_536_000).contains(life)
        else { return nil }
        // KESS counted from before its answer left.
        let usable = max(1, life - min(10, life / 10))
        return Preparation(reference: reference, payeeName: name, expiresAt: time + .seconds(usable))
    }

    private static func transfer(_ data: JSONObject, of payment: Payment) -> Outcome {
        guard data.reference("out_trade_no")?.isExactly(payment.reference) == true else {
            return .unknown("the answer is about another transfer")
        }
        guard data["result_code"]?.stringValue == "SUCCESS" else {
            return .unknown("no transfer was made yet")
        }
        guard let code = data["currency"]?.stringValue, let currency = Currency(code: code),
            let amount = data.money("amount", currency)
        else { return .unknown("the transfer has no amount that can be read") }
        return .succeeded(
            Settlement(providerReference: data.reference("fund_transfer_id"), amount: amount))
    }
}
