extension PayPlusDesk {
    func deposit(_ call: PayPlusCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        let merchant = try fields.text("merchantId")
        let reference = try fields.text("transactionId")
        let number = try fields.text("bankAccountNumber")
        let bank = try fields.text("bankName")
        let name = try fields.text("name")
        let amount = try fields.amount("amount")
        let callback = try fields.callbackURL("callbackUrl")
        let type = try fields.text("type")
        try fields.timestamp(asString: false)
        guard merchant == call.account.key.name else {
            throw fields.refusal("merchantId does not match API key", code: 403)
        }
        try fields.signature(key: call.credentials.apiKey)
        try fields.nothingBut([
            "merchantId", "transactionId", "bankAccountNumber", "bankName", "name", "amount", "callbackUrl",
            "type",
        ])
        _ = try fields.bankCode("bankName", closed: call.account.closedBanks)
        _ = try fields.accountNumber("bankAccountNumber")
        guard type == "QR" || type == "BANK_TRANSFER" else { throw fields.refusal("Unknown type: \(type)") }
        let customer: JSONObject = [
            "bankAccountNumber": .string(number), "bankName": .string(bank), "name": .string(name),
        ]
        let script = world.script(for: call.account.key, .deposit, amount: amount)
        return world.perform(.deposit, script, desk: self) { _ throws(Refusal) in
            let draft = OrderDraft(
                account: call.account.key, direction: .payin, reference: reference, amount: amount,
                fee: Amount(minor: 0), script: script, callbackURL: callback, isReferenceUnique: true,
                hasQR: type == "QR")
            do {
                let order = try world.open(draft)
                return Work(answer: depositAnswer(order, call, customer), order: order.id)
            } catch {
                throw fields.refusal("transactionId already exists")
            }
        }
    }

    private func depositAnswer(_ order: Order, _ call: PayPlusCall, _ customer: JSONObject) -> JSONObject {
        let hasQR = order.qrCode != nil
        return [
            "status": "success", "message": "Create Success",
            "data": .object([
                "merchantId": .string(call.account.key.name), "referenceId": .string(order.id),
                "transactionId": .string(order.reference), "status": "pending",
                "amount": order.payable.number,
                "depositAmount": order.payable.number, "qrcode": JSONValue(order.qrCode),
                "url": .string("\(publicURL)/pay?ref=\(order.id)"),
                "bankAccountNumber": .string(call.credentials.bankAccountNumber),
                "bankAccountName": "Sandbox Platform Co., Ltd.", "bankName": "KBANK",
                "promptpayNumber": hasQR ? .string(call.credentials.promptPay) : .null,
                "expireDate": JSONValue(order.expiresAt?.iso),
                "platformBankId": "550e8400-e29b-41d4-a716-446655440000", "is_api": true,
                "customerData": .object(customer),
            ]),
        ]
    }

    /// The documents do not say that `agent_order_no` is refused when it comes again, so it is paid again here:
    /// a caller that submits twice shall see it in the ledger.
    func withdraw(_ call: PayPlusCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        let reference = try fields.text("agent_order_no")
        let amount = try fields.amount("amount")
        _ = try fields.text("bank_code")
        _ = try fields.text("account_no")
        _ = try fields.text("account_name")
        let callback = try fields.callbackURL("callback_url")
        try fields.timestamp(asString: true)
        try fields.signature(key: call.credentials.apiKey)
        try fields.nothingBut([
            "agent_order_no", "amount", "bank_code", "account_no", "account_name", "callback_url",
        ])
        _ = try fields.bankCode("bank_code", closed: call.account.closedBanks)
        _ = try fields.accountNumber("account_no")
        let script = world.script(for: call.account.key, .withdraw, amount: amount)
        return world.perform(.withdraw, script, desk: self) { _ throws(Refusal) in
            let draft = OrderDraft(
                account: call.account.key, direction: .payout, reference: reference, amount: amount,
                fee: amount.share(basisPoints: PayPlusFees.withdrawalBasisPoints), script: script,
                callbackURL: callback, isReferenceUnique: false)
            do {
                let order = try world.open(draft)
                return Work(answer: withdrawalAnswer(order), order: order.id)
            } catch {
                throw fields.refusal("Insufficient balance")
            }
        }
    }

    private func withdrawalAnswer(_ order: Order) -> JSONObject {
        [
            "code": 200, "message": "Success",
            "data": .object([
                "order_no": .string(order.id), "agent_order_no": .string(order.reference),
                "amount": order.requested.number, "fee": order.fee.number,
                "transfer_amount": (order.requested - order.fee).number, "status": "pending",
            ]),
        ]
    }

    func query(_ call: PayPlusCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        let id = try fields.optionalText("order_no")
        let reference = try fields.optionalText("agent_order_no")
        try fields.timestamp(asString: false)
        try fields.signature(key: call.credentials.apiKey)
        try fields.nothingBut(["order_no", "agent_order_no"])
        guard id != nil || reference != nil else {
            throw fields.refusal("order_no or agent_order_no is required")
        }
        let script = world.script(for: call.account.key, .query)
        return world.perform(.query, script, desk: self) { _ throws(Refusal) in
            let order = world.find(account: call.account.key, id: id, reference: reference)
            guard let order, script.behaviour != .notFound else {
                throw fields.refusal("Order not found", code: 404)
            }
            return Work(answer: queryAnswer(order))
        }
    }

    private func queryAnswer(_ order: Order) -> JSONObject {
        let settings = world.state.withLock { $0.settings }
        let isUnpaid = order.direction == .payin && order.end == nil
        let zero = Amount(minor: 0)
        return [
            "code": 200, "message": "Success",
            "data": .object([
                "order_no": .string(order.id), "agent_order_no": .string(order.reference),
                "status": .string(world.progress(of: order).rawValue),
                "amount": (isUnpaid ? order.payable : PayPlusCallback.amount(of: order, settings)).number,
                "fee": (isUnpaid ? zero : order.fee).number,
                "actual_amount": (isUnpaid ? zero : PayPlusCallback.netAmount(of: order)).number,
                "created_at": .string(order.createdAt.iso),
                "completed_at": JSONValue(order.end == .completed ? order.finishedAt?.iso : nil),
            ]),
        ]
    }

    func balance(_ call: PayPlusCall) throws(Refusal) -> WebAnswer {
        let fields = call.fields
        try fields.timestamp(asString: false)
        try fields.signature(key: call.credentials.apiKey)
        try fields.nothingBut([])
        let script = world.script(for: call.account.key, .balance)
        return world.perform(.balance, script, desk: self) { _ in
            Work(answer: [
                "code": 200, "message": "Success",
                "data": .object(["balance": call.account.balance.number, "currency": "THB"]),
            ])
        }
    }
}
