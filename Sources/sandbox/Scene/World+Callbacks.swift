extension World {
    /// Tells the merchant of an order's end, as the order's behaviour (or one ordered for callbacks) has it.
    func announce(_ id: String) {
        guard let order = order(id), let end = order.end else { return }
        let script = plannedScript(for: order.account, .callback) ?? order.script
        switch script.behaviour {
        case .noCallback, .stuck: break
        case .duplicateCallback:
            tell(id, end, .genuine)
            tell(id, end, .duplicate)
        case .lateCallback: after(script.lateMs) { self.tell(id, end, .genuine) }
        case .forgedCallback: tell(id, end, .forged)
        case .wrongAmountCallback: tell(id, end, .wrongAmount)
        case .wrongCurrencyCallback: tell(id, end, .wrongCurrency)
        case .wrongAccountCallback: tell(id, end, .wrongAccount)
        case .outOfOrderCallbacks:
            tell(id, end, .genuine) {
                self.tell(id, order.direction == .payin ? .pending : .processing, .genuine)
            }
        default: tell(id, end, .genuine)
        }
    }

    /// Sends one callback; an honest one is repeated until it is acknowledged, as often as the provider does that.
    func tell(
        _ id: String, _ progress: Progress, _ variant: CallbackVariant, attempt: Int = 1,
        then next: (@Sendable () -> Void)? = nil
    ) {
        guard let order = order(id), let url = order.callbackURL else { return }
        guard let body = callbackBody(order, progress, variant) else { return }
        let era = state.withLock { $0.era }
        courier.post(body, to: url) { result in
            guard self.state.withLock({ $0.era }) == era else { return }
            let isAcknowledged = self.note(result, of: body, to: url, order, variant, attempt: attempt)
            next?()
            let isHonest = variant == .genuine || variant == .duplicate
            guard !isAcknowledged, isHonest, attempt < order.account.provider.callbackAttempts else { return }
            let delay = self.state.withLock { $0.settings.callbackRetryMs }
            self.after(max(1, delay)) { self.tell(id, progress, variant, attempt: attempt + 1) }
        }
    }

    /// Sends one callback for the control API, and waits for the answer; nil where there is nowhere to send it.
    func tellAndWait(_ order: Order, _ progress: Progress, _ variant: CallbackVariant) -> DeliveryResult? {
        guard let url = order.callbackURL, let body = callbackBody(order, progress, variant) else {
            return nil
        }
        let result = courier.postAndWait(body, to: url)
        note(result, of: body, to: url, order, variant, attempt: 1)
        return result
    }

    func callbackBody(_ order: Order, _ progress: Progress, _ variant: CallbackVariant) -> [UInt8]? {
        let (account, other, settings) = state.withLock { state in
            let others = state.accounts.values.filter {
                $0.key.provider == order.account.provider && $0.key != order.account
            }
            return (state.accounts[order.account], others.min { $0.key.name < $1.key.name }, state.settings)
        }
        guard let account else { return nil }
        let fields: JSONObject
        switch account.credentials {
        case .payplus(let credentials):
            let wrong: Account.Credentials? = other?.credentials
            let wrongKey = if case .payplus(let other)? = wrong { other.apiKey } else { "another-account" }
            fields = PayPlusCallback.fields(
                order, progress, variant, key: variant == .wrongAccount ? wrongKey : credentials.apiKey,
                settings: settings)
        case .haipay(let credentials):
            fields = HaiPayCallback.fields(order, progress, variant, credentials: credentials)
        case .kess, .bakong: return nil
        }
        let body = JSONWriter.bytes(fields)
        return variant == .garbled ? Array(body.prefix(body.count / 2)) : body
    }

    @discardableResult
    func note(
        _ result: DeliveryResult, of body: [UInt8], to url: String, _ order: Order,
        _ variant: CallbackVariant,
        attempt: Int
    ) -> Bool {
        let isAcknowledged =
            switch order.account.provider {
            case .payplus: PayPlusCallback.isAcknowledged(result)
            case .haipay: HaiPayCallback.isAcknowledged(result)
            case .kess, .bakong: true
            }
        let record = CallbackRecord(
            at: .now, to: url, reference: order.reference, providerReference: order.id,
            variant: variant.rawValue, attempt: attempt, body: body, result: result,
            isAcknowledged: isAcknowledged)
        journal.write("callback", record.json)
        state.withLock { $0.callbacks.append(record) }
        return isAcknowledged
    }
}
