/// Why a transfer was not confirmed.
enum ConfirmationProblem: Error {
    case unknown, used, expired, receiverClosed, transactionUsed, insufficientBalance
}

/// What a desk asks for when it creates a transfer.
struct TransferDraft: Sendable {
    var account: AccountKey
    var reference: String
    var amount: Amount
    var receiver: String
    var script: Script
}

extension World {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    private static func random(_ count: Int) -> String {
        let letters = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] }
        return String(decoding: letters, as: UTF8.self)
    }

    /// A token beside those that there are, and its lifetime. It is almost as long as the documents allow (1200).
    func issueToken(for account: AccountKey) -> (token: String, seconds: Int64) {
        let token = "eyJ\(Self.random(40)).\(Self.random(500)).\(Self.random(600))"
        return state.withLock { state in
            let seconds = state.settings.kessTokenSeconds
            let now = Moment.now
            state.kess.tokens = state.kess.tokens.filter { $0.value.expiresAt > now }
            state.kess.tokens[token] = KESSBooks.Token(account: account, expiresAt: now + seconds * 1000)
            return (token, seconds)
        }
    }

    func account(withToken token: String) -> Account? {
        state.withLock { state in
            guard let held = state.kess.tokens[token], held.expiresAt > .now else { return nil }
            return state.accounts[held.account]
        }
    }

    /// Makes tokens worthless before their time: of one account, or of all. Tells how many there were.
    func revokeTokens(of account: String?) -> Int {
        state.withLock { state in
            let before = state.kess.tokens.count
            state.kess.tokens = state.kess.tokens.filter {
                account != nil && $0.value.account.name != account
            }
            return before - state.kess.tokens.count
        }
    }

    /// Creates a transfer, which moves no money and holds none back. A reference can be used once.
    func create(_ draft: TransferDraft) throws(OpeningProblem) -> Order {
        let result: Result<Order, OpeningProblem> = state.withLock { state in
            let key = ReferenceKey(account: draft.account, reference: draft.reference)
            guard state.references[key]?.orders.isEmpty != false else { return .failure(.referenceUsed) }
            let now = Moment.now
            let seconds = state.settings.kessPreTransferSeconds
            var name = KESSReceivers.name(draft.receiver)
            if KESSReceivers.Special(rawValue: draft.receiver) == .renamed {
                state.kess.renames += 1
                if state.kess.renames % 2 == 0 { name = KESSReceivers.another(than: name) }
            }
            if draft.script.behaviour == .rename { name = KESSReceivers.another(than: name) }
            var order = Order(
                id: "PT\(now.milliseconds)\(Self.random(12))", account: draft.account,
                currency: draft.account.provider.currency, direction: .payout, reference: draft.reference,
                requested: draft.amount, payable: draft.amount, fee: Amount(minor: 0), createdAt: now,
                script: draft.script)
            order.expiresAt = now + seconds * 1000
            order.kess = KESSTransfer(receiver: draft.receiver, receiverName: name, lifetimeSeconds: seconds)
            state.orders[order.id] = order
            state.references[key]?.orders.append(order.id)
            return .success(order)
        }
        return try result.get()
    }

    /// Notes that somebody asked to confirm a transfer of that account, and tells which.
    func countConfirmation(of id: String, account: AccountKey) -> Order? {
        state.withLock { state in
            guard state.orders[id]?.account == account else { return nil }
            state.orders[id]?.kess?.confirmsReceived += 1
            return state.orders[id]
        }
    }

    /// Moves a transfer's money, once.
    func confirm(
        _ id: String, account: AccountKey, transaction: String, _ script: Script
    ) throws(ConfirmationProblem) -> Order {
        let result = state.withLock { state in
            Self.confirm(id, ReferenceKey(account: account, reference: transaction), script, in: &state)
        }
        return try result.get()
    }

    private static func confirm(
        _ id: String, _ transaction: ReferenceKey, _ script: Script, in state: inout State
    ) -> Result<Order, ConfirmationProblem> {
        guard var order = state.orders[id], order.account == transaction.account, var transfer = order.kess
        else { return .failure(.unknown) }
        let now = Moment.now
        guard order.end == nil, !transfer.isStuck else { return .failure(.used) }
        if script.behaviour == .expired { state.orders[id]?.expiresAt = now }
        guard let expiry = state.orders[id]?.expiresAt, expiry > now else { return .failure(.expired) }
        guard KESSReceivers.Special(rawValue: transfer.receiver) != .closing else {
            return .failure(.receiverClosed)
        }
        guard state.kess.transactions[transaction] == nil else { return .failure(.transactionUsed) }
        guard let balance = state.accounts[order.account]?.balance, balance >= order.cost else {
            return .failure(.insufficientBalance)
        }
        state.kess.transactions[transaction] = id
        if script.behaviour == .stuck {
            transfer.isStuck = true
        } else {
            state.accounts[order.account]?.balance = balance - order.cost
            transfer.fundTransferID = "FT\(now.milliseconds)\(random(12))"
            order.movedAt = now
            order.finishedAt = now
            order.end = .completed
        }
        order.kess = transfer
        order.script = script
        state.orders[id] = order
        return .success(order)
    }
}
