extension HaiPayDesk {
    /// After the seed's sample: about one percent.
    private static let feeBasisPoints: Int64 = 100

    func apply(_ call: HaiPayCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        let reference = try fields.text("orderId", upTo: 48)
        let amount = try fields.amount()
        try fields.payee()
        _ = try fields.name()
        _ = try fields.kenyanPhone("phone")
        _ = try fields.email()
        _ = try fields.partnerUserID()
        _ = try fields.optionalText("subject")
        _ = try fields.optionalText("body")
        let callback = try fields.notifyURL() ?? call.credentials.notifyURL
        try fields.nothingBut([
            "appId", "orderId", "amount", "accountType", "bankCode", "accountNo", "name", "phone", "email",
            "notifyUrl", "subject", "body", "partnerUserId", "sign",
        ])
        let script = world.script(for: call.account.key, .apply, amount: amount)
        return world.perform(.apply, script, desk: self) { isSpoilt throws(Refusal) in
            let draft = OrderDraft(
                account: call.account.key, direction: .payout, reference: reference, amount: amount,
                fee: amount.share(basisPoints: Self.feeBasisPoints), script: script, callbackURL: callback,
                isReferenceUnique: true)
            do throws(OpeningProblem) {
                let order = try world.open(draft)
                let data: JSONObject = ["orderId": .string(reference), "orderNo": .string(order.id)]
                return Work(answer: call.success(data, isSpoilt: isSpoilt), order: order.id)
            } catch {
                switch error {
                case .referenceUsed: throw fields.refusal("orderId already exists", error: "4009")
                case .insufficientBalance: throw fields.refusal("Insufficient balance", error: "4010")
                }
            }
        }
    }

    func query(_ call: HaiPayCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        let reference = try fields.text("orderId", upTo: 48)
        let id = try fields.optionalText("orderNo")
        try fields.nothingBut(["appId", "orderId", "orderNo", "sign"])
        let script = world.script(for: call.account.key, .query)
        return world.perform(.query, script, desk: self) { isSpoilt throws(Refusal) in
            let order = world.find(account: call.account.key, id: id, reference: reference)
            guard let order, script.behaviour != .notFound else {
                throw fields.refusal("order does not exist", error: "4004")
            }
            let data = Self.orderFields(order, world.progress(of: order))
            return Work(answer: call.success(data, isSpoilt: isSpoilt))
        }
    }

    func ledger(_ call: HaiPayCall) throws(Refusal) -> WebAnswer {
        try call.fields.nothingBut(["appId", "sign"])
        let script = world.script(for: call.account.key, .ledger)
        return world.perform(.ledger, script, desk: self) { isSpoilt in
            let data: JSONObject = [
                "bal": .string((call.account.balance + call.account.held).text),
                "availableBal": .string(call.account.balance.text), "frzBal": .string(call.account.held.text),
                "unSettleBal": "0.00",
            ]
            return Work(answer: call.success(data, isSpoilt: isSpoilt))
        }
    }

    /// An order's fields as queries and callbacks have them: `payTime` with success, `errorMsg` with failure only.
    static func orderFields(_ order: Order, _ progress: Progress) -> JSONObject {
        var fields: JSONObject = [
            "orderId": .string(order.reference), "orderNo": .string(order.id),
            "amount": .string(order.requested.text),
            "fee": .string(progress == .failed ? "0.00" : order.fee.text), "status": status(progress),
        ]
        if progress == .completed { fields["payTime"] = .string((order.movedAt ?? .now).eastAfrica) }
        if progress == .failed { fields["errorMsg"] = .string(order.reason ?? "The payment failed") }
        return fields
    }

    private static func status(_ progress: Progress) -> JSONValue {
        switch progress {
        case .pending, .waiting: 0
        case .created, .inBatch, .processing: 1
        case .completed: 2
        case .failed, .cancelled, .expired: 3
        case .exception: -1
        }
    }
}
