extension BakongDesk {
    /// Codes in one call; the documents that have the call say fifty.
    private static let listLimit = 50

    func check(_ fields: BakongFields, _ behaviour: Behaviour) throws(Refusal) -> BakongWork {
        let md5 = try fields.hexadecimal("md5", count: 32)
        try fields.nothingBut(["md5"])
        return try answer(find(md5, behaviour), behaviour)
    }

    func checkHash(_ fields: BakongFields, _ behaviour: Behaviour) throws(Refusal) -> BakongWork {
        let hash = try fields.hexadecimal("hash", count: 64)
        try fields.nothingBut(["hash"])
        let payment = payment(shortHash: String(hash.prefix(8)))
        guard let payment, payment.hash == hash else { return try answer(.nothing, behaviour) }
        return try answer(find(payment.md5, behaviour), behaviour)
    }

    /// A short hash names a payment together with its amount and currency only.
    func checkShortHash(_ fields: BakongFields, _ behaviour: Behaviour) throws(Refusal) -> BakongWork {
        let hash = try fields.hexadecimal("hash", count: 8)
        guard let amount = fields.body["amount"]?.numberText.flatMap(Amount.init(number:)) else {
            throw BakongAnswers.badRequest("amount must be a number.")
        }
        let currency = try fields.text("currency", upTo: 3)
        guard currency == "USD" || currency == "KHR" else {
            throw BakongAnswers.badRequest("currency must be USD or KHR.")
        }
        try fields.nothingBut(["hash", "amount", "currency"])
        guard let payment = payment(shortHash: hash), payment.arrival.amount == amount,
            payment.arrival.currency == currency
        else { return try answer(.nothing, behaviour) }
        return try answer(find(payment.md5, behaviour), behaviour)
    }

    /// Of many codes at once; the body is a bare array. A behaviour for one answer spoils the whole one.
    func checkList(_ body: JSONValue, _ behaviour: Behaviour) throws(Refusal) -> BakongWork {
        let md5s = body.array?.compactMap(\.string) ?? []
        guard let count = body.array?.count, (1...Self.listLimit).contains(count), md5s.count == count,
            md5s.allSatisfy({ BakongDigest.isHex($0, count: 32) })
        else {
            throw BakongAnswers.badRequest("The body must be an array of 1 to \(Self.listLimit) MD5s.")
        }
        var once: Behaviour?
        let items = md5s.map { md5 -> JSONValue in
            switch find(md5, behaviour) {
            case .nothing: return Self.item(md5, "NOT_FOUND", "Transaction not found", nil)
            case .failed: return Self.item(md5, "FAILED", "Transaction failed", nil)
            case .payment(let payment, let asked):
                once = once ?? asked
                return Self.item(md5, "SUCCESS", "Success", data(payment, behaviour))
            }
        }
        return BakongWork(answer: BakongAnswers.success("Success", .array(items)), once: once)
    }

    private static func item(_ md5: String, _ status: JSONValue, _ message: JSONValue, _ data: JSONObject?)
        -> JSONValue
    {
        .object([
            "md5": .string(md5), "status": status, "message": message,
            "data": data.map(JSONValue.object) ?? .null,
        ])
    }

    private func payment(shortHash: String) -> BakongPayment? {
        world.state.withLock { state in
            state.bakong.shortHashes[shortHash].flatMap { state.bakong.payments[$0] }
        }
    }

    private func find(_ md5: String, _ behaviour: Behaviour) -> BakongBooks.Finding {
        if behaviour == .notFound { return .nothing }
        return world.state.withLock { state in
            let lateMs = state.settings.lateMs
            return state.bakong.find(md5, at: .now, lateMs: lateMs)
        }
    }

    private func answer(_ finding: BakongBooks.Finding, _ behaviour: Behaviour) throws(Refusal) -> BakongWork
    {
        switch finding {
        case .nothing: throw BakongAnswers.refusal(.notFound)
        case .failed: throw BakongAnswers.refusal(.failed)
        case .payment(let payment, let once):
            let data = JSONValue.object(data(payment, behaviour))
            return BakongWork(
                answer: BakongAnswers.success("Getting transaction successfully.", data), once: once)
        }
    }

    /// A transaction as the samples have it, with the fields that came later. Behaviours that tell something wrong
    /// are ordered for the call, or asked for by the amount.
    private func data(_ payment: BakongPayment, _ behaviour: Behaviour) -> JSONObject {
        var told = payment.arrival
        switch behaviour == .succeed ? payment.behaviour : behaviour {
        case .wrongAmount, .wrongAmountCallback: told.amount.minor += 10_000
        case .wrongCurrency, .wrongCurrencyCallback: told.currency = told.currency == "USD" ? "KHR" : "USD"
        case .wrongAccount, .wrongAccountCallback: told.accountID = "another_account@devb"
        default: break
        }
        let paidAt = JSONValue(payment.paidAt.milliseconds)
        return [
            "hash": .string(payment.hash), "fromAccountId": "sandbox_payer@aclb",
            "toAccountId": .string(told.accountID), "currency": .string(told.currency),
            "amount": BakongAnswers.javaNumber(told.amount), "description": .string(payment.description),
            "createdDateMs": paidAt, "acknowledgedDateMs": paidAt, "trackingStatus": nil,
            "receiverBank": nil, "receiverBankAccount": nil, "instructionRef": nil, "externalRef": nil,
        ]
    }
}
