/// HaiPay's API for Kenya as the seed documents it, under `/haipay/kes`.
struct HaiPayDesk: Desk {
    static let prefix = "/haipay/"

    let world: World

    static func refusal(_ error: String, _ message: String) -> Refusal {
        Refusal(body: ["status": "0", "error": .string(error), "msg": .string(message)])
    }

    var internalError: WebAnswer {
        .json(500, ["status": "0", "error": "5000", "msg": "system error"])
    }

    func refusal(_ behaviour: Behaviour, _ operation: Operation) -> Refusal {
        switch behaviour {
        case .badKey: HaiPayDesk.httpRefusal(401, "4003", "appId is not authorized")
        case .notWhitelisted: HaiPayDesk.httpRefusal(403, "4006", "IP not in whitelist")
        case .refuseAccount: Self.refusal("4011", "The recipient's account is closed")
        case .refuseBalance: Self.refusal("4010", "Insufficient balance")
        default: Self.refusal("4012", "The channel is under maintenance")
        }
    }

    private static func httpRefusal(_ status: Int, _ error: String, _ message: String) -> Refusal {
        var refusal = refusal(error, message)
        refusal.status = status
        return refusal
    }

    private static let routes: [String: Operation] = [
        "/pay/apply": .apply, "/pay/query": .query, "/account/ledger": .ledger,
    ]

    func answer(_ request: WebRequest) -> WebAnswer {
        let rest = request.path.dropFirst(Self.prefix.count)
        let currency = rest.prefix { $0 != "/" }
        guard let operation = Self.routes[String(rest.dropFirst(currency.count))] else {
            return .json(404, ["status": "0", "error": "404", "msg": "no such interface"])
        }
        guard request.method == "POST" else {
            return .json(405, ["status": "0", "error": "405", "msg": "method not supported"])
        }
        let body = (try? JSONReader.read(request.body))?.object
        let reference = body?["orderId"]?.string
        let key = body?["appId"]?.integer.map { AccountKey(provider: .haipay, name: String($0)) }
        let account = key.flatMap(world.account)
        let answer = answer(request, operation, currency: String(currency), account, body)
        let shown = answer.shown
        world.note(
            RequestRecord(
                at: .now, provider: .haipay, account: account?.key.name, operation: operation.rawValue,
                reference: reference, peer: request.peer, body: request.body, status: shown.status,
                answer: shown.body))
        return answer
    }

    private func answer(
        _ request: WebRequest, _ operation: Operation, currency: String, _ account: Account?,
        _ body: JSONObject?
    ) -> WebAnswer {
        guard WebText.isJSON(request.headers["content-type"]), let body else {
            return Self.refusal("4000", "the body must be a JSON object").answer
        }
        guard let account, case .haipay(let credentials) = account.credentials else {
            return Self.refusal("4003", "appId does not exist").answer
        }
        if operation == .apply, let reference = body["orderId"]?.string {
            let amount = body["amount"]?.string ?? ""
            world.countSubmission(
                of: reference, account: account.key, direction: .payout,
                amount: Amount(plain: amount)?.text ?? amount)
        }
        guard currency == "kes" else {
            return Self.refusal("4007", "appId does not match the currency").answer
        }
        let call = HaiPayCall(account: account, credentials: credentials, fields: HaiPayFields(body: body))
        guard HaiPaySignature.isGenuine(body, key: credentials.merchantPublicKey, secret: credentials.secret)
        else {
            return Self.refusal("4001", "sign verification failed").answer
        }
        do {
            switch operation {
            case .apply: return try apply(call)
            case .query: return try query(call)
            default: return try ledger(call)
            }
        } catch {
            return error.answer
        }
    }
}

/// One call whose signature was verified.
struct HaiPayCall {
    var account: Account
    var credentials: Account.HaiPayCredentials
    var fields: HaiPayFields

    /// The envelope of a success, with `sign` inside `data`.
    func success(_ data: JSONObject, isSpoilt: Bool) -> JSONObject {
        let signed = HaiPaySignature.signed(
            data, by: credentials.platformPrivateKey, secret: credentials.secret, isSpoilt: isSpoilt)
        return ["status": "1", "error": "00000000", "msg": "", "data": .object(signed)]
    }
}
