extension World {
    /// What paying a code came to.
    enum BakongPaying {
        /// The hash of the transaction.
        case paid(String)
        case paidBefore(BakongPayment)
        /// The payer's bank said no; nothing moved.
        case refused(Behaviour)
    }

    func bakongAccount(withID id: String) -> Account? {
        state.withLock { state in
            state.accounts.values.first { $0.bakong?.accountID == id }
        }
    }

    func bakongAccount(withEmail email: String) -> Account? {
        state.withLock { state in
            state.accounts.values.first { $0.bakong?.email == email }
        }
    }

    /// The account that a bearer token is for; nil where it is no token of ours, expired or revoked.
    func bakongAccount(withToken text: String) -> Account? {
        guard let token = BakongToken(text), token.expiresAt > .now else { return nil }
        return state.withLock { state in
            let account = state.accounts.values.first { $0.bakong?.tokenID == token.id }
            guard let account else { return nil }
            if let limit = state.bakong.revokedUpTo[account.key], token.issuedAt <= limit { return nil }
            return account
        }
    }

    /// The payer pays a code: money arrives, and the ledger and Bakong's books have it.
    func payBakong(_ code: KHQR, _ arrival: BakongArrival) -> BakongPaying {
        let account =
            bakongAccount(withID: arrival.accountID)?.key
            ?? AccountKey(provider: .bakong, name: arrival.accountID)
        let behaviour = code.magic
        let script = script(behaviour)
        return state.withLock { state in
            if let payment = state.bakong.payments[code.md5] {
                return payment.behaviour == .failLater ? .refused(.failLater) : .paidBefore(payment)
            }
            let key = ReferenceKey(account: account, reference: code.reference)
            Self.note(key, arrival, in: &state)
            if [.refuse, .refuseAccount, .refuseBalance].contains(behaviour) { return .refused(behaviour) }
            let payment = Self.payment(of: code, arrival, behaviour, in: &state)
            state.bakong.payments[payment.md5] = payment
            state.bakong.shortHashes[payment.shortHash] = payment.md5
            var order = Order(
                id: payment.hash, account: account, currency: arrival.currency, direction: .payin,
                reference: code.reference, requested: code.amount ?? arrival.amount,
                payable: code.amount ?? arrival.amount, fee: Amount(minor: 0), createdAt: payment.paidAt,
                expiresAt: code.expiresAt, script: script, qrCode: code.text)
            order.finishedAt = payment.paidAt
            if behaviour == .failLater {
                order.end = .failed
                order.reason = "The payer's bank could not send the money"
            } else {
                order.received = arrival.amount
                order.movedAt = payment.paidAt
                order.end = behaviour == .stuck ? nil : .completed
            }
            state.orders[order.id] = order
            state.references[key]?.orders.append(order.id)
            return behaviour == .failLater ? .refused(behaviour) : .paid(payment.hash)
        }
    }

    private static func note(_ key: ReferenceKey, _ arrival: BakongArrival, in state: inout State) {
        if state.references[key] == nil {
            state.referenceOrder.append(key)
            state.references[key] = ReferenceRecord(
                account: key.account, currency: arrival.currency, direction: .payin, reference: key.reference,
                amount: arrival.amount.text, firstAt: .now)
        }
        state.references[key]?.timesReceived += 1
    }

    private static func payment(
        of code: KHQR, _ arrival: BakongArrival, _ behaviour: Behaviour, in state: inout State
    ) -> BakongPayment {
        let now = Moment.now
        var hash: String
        repeat {
            state.serial += 1
            hash = BakongDigest.sha256("\(code.md5) \(now.milliseconds) \(state.serial)")
        } while state.bakong.shortHashes[String(hash.prefix(8))] != nil
        return BakongPayment(
            md5: code.md5, hash: hash, arrival: arrival, description: code.purpose ?? code.bill ?? "",
            paidAt: now, behaviour: behaviour)
    }
}
