extension KESSDesk {
    /// The first step: who would be paid? Moves no money.
    func create(_ call: KESSCall) throws(Refusal) -> WebAnswer {
        let reference = try call.alpha("out_trade_no", upTo: 64)
        let receiver = try call.alpha("receiver_id", upTo: 25)
        _ = try call.name("sender_name")
        let amount = try call.amount()
        try call.dollars()
        try call.nothingBut([
            "service", "sign_type", "out_trade_no", "receiver_id", "sender_name", "amount", "currency",
            "sign",
        ])
        return try play(.create, call) { call, script throws(Refusal) in
            let special = KESSReceivers.Special(rawValue: receiver)
            guard special != .unknown, special != .closed else { throw call.refusal(.notEligible) }
            let draft = TransferDraft(
                account: call.account, reference: reference, amount: amount, receiver: receiver,
                script: script)
            do throws(OpeningProblem) {
                let order = try world.create(draft)
                return call.success("Fund transfer created", Self.createdFields(order, script.behaviour))
            } catch {
                throw call.refusal(.validation, "out_trade_no is used")
            }
        }
    }

    /// The second step moves the money. The amount's decimals choose the behaviour here.
    func confirm(_ call: KESSCall) throws(Refusal) -> WebAnswer {
        // An invalid text is answered as one that does not exist: so say the documents.
        let id = try call.alpha("pre_transfer_id", upTo: 64, else: .notExist)
        let amount = world.countConfirmation(of: id, account: call.account)?.requested
        let transaction = try call.alpha("partner_transaction_id", upTo: 64)
        try call.nothingBut(["service", "sign_type", "partner_transaction_id", "pre_transfer_id", "sign"])
        return try play(.confirm, amount: amount, call) { call, script throws(Refusal) in
            do throws(ConfirmationProblem) {
                let order = try world.confirm(
                    id, account: call.account, transaction: transaction, script)
                return call.success("Fund transfer confirmed", Self.confirmedFields(order, script.behaviour))
            } catch {
                throw Self.refusal(error, call)
            }
        }
    }

    /// What became of a transfer: done, not confirmed yet, or expired.
    func query(_ call: KESSCall) throws(Refusal) -> WebAnswer {
        let reference = try call.alpha("out_trade_no", upTo: 64, else: .notExist)
        try call.nothingBut(["service", "sign_type", "out_trade_no", "sign"])
        return try play(.query, call) { call, script throws(Refusal) in
            let order = world.find(account: call.account, id: nil, reference: reference)
            guard let order else { throw call.refusal(.notExist) }
            if world.progress(of: order) == .expired { throw call.refusal(.expired) }
            return call.success("Fund transfer found", Self.queriedFields(order, script.behaviour))
        }
    }

    /// Plays one call as it was ordered, or as the amount's decimals say.
    private func play(
        _ operation: Operation, amount: Amount? = nil, _ call: KESSCall,
        _ work: (KESSCall, Script) throws(Refusal) -> JSONObject
    ) throws(Refusal) -> WebAnswer {
        let script = world.script(for: call.account, operation, amount: amount)
        var call = call
        call.isSpoilt = script.behaviour == .badSignatureAnswer
        return world.perform(operation, script, desk: call) { [call] _ throws(Refusal) in
            // An order to expire at confirmation is carried out in truth, so that later answers agree with it.
            let isTrue = script.behaviour == .expired && operation == .confirm
            if !isTrue, let code = KESSCode(askedBy: script.behaviour) { throw call.refusal(code) }
            return Work(answer: try work(call, script))
        }
    }

    private static func refusal(_ problem: ConfirmationProblem, _ call: KESSCall) -> Refusal {
        switch problem {
        case .unknown: call.refusal(.notExist)
        case .used: call.refusal(.used)
        case .expired: call.refusal(.expired)
        case .receiverClosed: call.refusal(.validation, "The receiver's wallet is closed")
        case .transactionUsed: call.refusal(.validation, "partner_transaction_id is used")
        case .insufficientBalance: call.refusal(.validation, "Insufficient balance")
        }
    }
}
