/// Why the payer could not pay.
enum PaymentProblem: Error {
    case unknownOrder
    case notADeposit
    case alreadyPaid
    case payerRefused

    var message: String {
        switch self {
        case .unknownOrder: "no such deposit"
        case .notADeposit: "that is a payout: nobody pays it"
        case .alreadyPaid: "that deposit is paid"
        case .payerRefused: "the payer's bank refuses: this deposit fails (fail_later)"
        }
    }
}

extension World {
    /// Starts what follows from an accepted order.
    func begin(_ id: String) {
        guard let order = order(id), order.end == nil else { return }
        let settings = state.withLock { $0.settings }
        switch order.direction {
        case .payin:
            if let delay = settings.autoPayMs {
                after(delay) { try? self.pay(id, amount: nil) }
            }
        case .payout:
            if settings.callsBackEveryStep, order.script.behaviour != .noCallback {
                for (index, step) in [Progress.waiting, .created, .inBatch, .processing].enumerated() {
                    after(settings.payoutDelayMs * Int64(index) / 4) { self.tell(id, step, .genuine) }
                }
            }
            guard order.script.behaviour != .stuck else { return }
            let isLonger = order.script.behaviour == .exceptionFirst
            after(settings.payoutDelayMs * (isLonger ? 2 : 1)) { self.settle(id) }
        }
    }

    /// Ends a payout, and tells the merchant.
    func settle(_ id: String) {
        if close(id) { announce(id) }
    }

    /// Ends an order before its answer is sent, and waits until the merchant answered the callback.
    func rush(_ id: String) {
        guard let order = order(id), let url = order.callbackURL else { return }
        let isClosed = order.direction == .payout ? close(id) : (try? markPaid(id, amount: nil)) ?? false
        guard isClosed, let order = self.order(id), let end = order.end else { return }
        guard let body = callbackBody(order, end, .genuine) else { return }
        let result = courier.postAndWait(body, to: url)
        note(result, of: body, to: url, order, .genuine, attempt: 1)
    }

    /// The payer pays, and the merchant is told. Expired deposits can be paid too: banks do not know of expiry.
    func pay(_ id: String, amount: Amount?) throws(PaymentProblem) {
        if try markPaid(id, amount: amount) { announce(id) }
    }

    /// Moves a payout's money, or gives it back. False where the order had ended before.
    private func close(_ id: String) -> Bool {
        state.withLock { state in
            guard var order = state.orders[id], order.isOpenPayout else { return false }
            order.finishedAt = .now
            switch order.script.behaviour {
            case .failLater:
                order.end = .failed
                order.reason = "The recipient's account is closed"
            case .cancelLater:
                order.end = order.account.provider == .payplus ? .cancelled : .failed
                order.reason = "Cancelled by the provider's operator"
            default:
                order.end = .completed
                order.movedAt = order.finishedAt
            }
            state.accounts[order.account]?.held.minor -= order.cost.minor
            if order.end != .completed {
                state.accounts[order.account]?.balance.minor += order.cost.minor
            }
            state.orders[id] = order
            return true
        }
    }

    /// True where the provider noticed the payment, and will tell.
    private func markPaid(_ id: String, amount: Amount?) throws(PaymentProblem) -> Bool {
        let result: Result<Bool, PaymentProblem> = state.withLock { state in
            guard var order = state.orders[id] else { return .failure(.unknownOrder) }
            guard order.direction == .payin else { return .failure(.notADeposit) }
            guard order.movedAt == nil else { return .failure(.alreadyPaid) }
            guard order.script.behaviour != .failLater else { return .failure(.payerRefused) }
            let received = amount ?? order.payable
            order.received = received
            order.fee = received.share(basisPoints: PayPlusFees.depositBasisPoints)
            order.movedAt = .now
            if order.script.behaviour != .stuck {
                order.end = .completed
                order.finishedAt = order.movedAt
            }
            state.orders[id] = order
            state.accounts[order.account]?.balance.minor += received.minor - order.fee.minor
            state.takenAmounts[TakenAmount(account: order.account, amount: order.payable)] = nil
            return .success(order.end == .completed)
        }
        return try result.get()
    }
}
