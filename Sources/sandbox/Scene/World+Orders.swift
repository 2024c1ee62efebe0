/// Why an order was not opened.
enum OpeningProblem: Error {
    case referenceUsed
    case insufficientBalance
}

/// What a desk asks for when it opens an order.
struct OrderDraft: Sendable {
    var account: AccountKey
    var direction: Order.Direction
    var reference: String
    var amount: Amount
    var fee: Amount
    var script: Script
    var callbackURL: String?
    /// Whether a reference may be used once only.
    var isReferenceUnique: Bool
    /// Whether a deposit of this kind is paid by scanning a code.
    var hasQR = false
}

extension World {
    /// Counts a submission that carries a reference, whatever becomes of it.
    func countSubmission(
        of reference: String, account: AccountKey, direction: Order.Direction, amount: String
    ) {
        state.withLock { state in
            let key = ReferenceKey(account: account, reference: reference)
            if state.references[key] == nil {
                state.referenceOrder.append(key)
                state.references[key] = ReferenceRecord(
                    account: account, currency: account.provider.currency,
                    direction: direction, reference: reference, amount: amount, firstAt: .now)
            }
            state.references[key]?.timesReceived += 1
        }
    }

    func open(_ draft: OrderDraft) throws(OpeningProblem) -> Order {
        let result = state.withLock { state in Self.open(draft, in: &state) }
        return try result.get()
    }

    private static func open(_ draft: OrderDraft, in state: inout State) -> Result<Order, OpeningProblem> {
        let key = ReferenceKey(account: draft.account, reference: draft.reference)
        if draft.isReferenceUnique, let record = state.references[key], !record.orders.isEmpty {
            return .failure(.referenceUsed)
        }
        let now = Moment.now
        var order = Order(
            id: newIdentifier(draft, at: now, in: &state), account: draft.account,
            currency: draft.account.provider.currency, direction: draft.direction,
            reference: draft.reference, requested: draft.amount, payable: draft.amount, fee: draft.fee,
            createdAt: now, script: draft.script, callbackURL: draft.callbackURL)
        switch draft.direction {
        case .payin:
            makeUnique(&order, in: &state)
            if draft.hasQR { addQR(&order, in: &state) }
        case .payout:
            guard let balance = state.accounts[draft.account]?.balance, balance >= order.cost else {
                return .failure(.insufficientBalance)
            }
            state.accounts[draft.account]?.balance = balance - order.cost
            state.accounts[draft.account]?.held.minor += order.cost.minor
        }
        state.orders[order.id] = order
        state.references[key]?.orders.append(order.id)
        return .success(order)
    }

    /// A deposit's exact amount: reduced by 0.01 … 0.99 until no open deposit of the account has it. A round amount
    /// is always reduced, so that the difference shows.
    private static func makeUnique(_ order: inout Order, in state: inout State) {
        let lifetime = state.settings.depositLifetimeMs
        let expiry = order.createdAt + lifetime
        order.expiresAt = expiry
        let smallest: Int64 = order.requested.hundredths == 0 ? 1 : 0
        let largest = min(99, order.requested.minor - 1)
        var reduction = min(smallest, largest)
        func candidate(_ reduction: Int64) -> TakenAmount {
            TakenAmount(account: order.account, amount: Amount(minor: order.requested.minor - reduction))
        }
        while reduction <= largest, let until = state.takenAmounts[candidate(reduction)],
            until > order.createdAt
        {
            reduction += 1
        }
        // All taken (only a load test gets here): the first again, told apart by its reference alone.
        let chosen = candidate(reduction <= largest ? reduction : min(smallest, largest))
        state.takenAmounts[chosen] = expiry
        order.payable = chosen.amount
    }

    private static func addQR(_ order: inout Order, in state: inout State) {
        guard case .payplus(let credentials)? = state.accounts[order.account]?.credentials else { return }
        order.qrCode = PromptPay.payload(target: credentials.promptPay, amount: order.payable)
        if let code = order.qrCode { state.ordersByQR[code] = order.id }
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8)

    private static func newIdentifier(_ draft: OrderDraft, at now: Moment, in state: inout State) -> String {
        state.serial += 1
        if draft.account.provider == .haipay {
            return "30\(now.compactDate)\(padded(state.serial % 100_000_000, to: 8))"
        }
        let prefix = draft.direction == .payin ? "DP" : "WD"
        while true {
            let suffix = (0..<6).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
            let id = "\(prefix)\(now.seconds)" + String(decoding: suffix, as: UTF8.self)
            if state.orders[id] == nil { return id }
        }
    }

    /// The order that a query means: by the provider's number, or the first one made for a reference.
    func find(account: AccountKey, id: String?, reference: String?) -> Order? {
        state.withLock { state in
            let byReference = reference.flatMap {
                state.references[ReferenceKey(account: account, reference: $0)]?.orders.first
            }
            guard let wanted = id ?? byReference, let order = state.orders[wanted] else { return nil }
            let isRight = order.account == account && (reference == nil || order.reference == reference)
            return isRight ? order : nil
        }
    }

    func progress(of order: Order) -> Progress {
        let delay = state.withLock { $0.settings.payoutDelayMs }
        return order.progress(at: .now, payoutDelayMs: delay)
    }
}
