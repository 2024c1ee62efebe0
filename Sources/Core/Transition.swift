/// What news of an attempt does to it and to its order. Pure: the whole of "states only move forward" is here.
public struct Transition: Sendable, Hashable {
    /// The attempt's state afterwards.
    public var attempt: AttemptState
    /// The order's state afterwards; for a refusal that is worth another account, the state if there is none.
    public var order: OrderState
    /// Whether the next candidate may be tried.
    public var mayTryNext = false
    /// Raised beside the state.
    public var review: ReviewReason?
    /// A payin that was paid after it had expired.
    public var late = false
    /// The news changes nothing and tells nothing new: not worth an event.
    public var isStale = false

    /// What is known of the order and the attempt when the news comes.
    public struct Situation: Sendable, Hashable {
        /// The order's state.
        public var order: OrderState
        /// The attempt's state.
        public var attempt: AttemptState
        /// Whether this attempt is the order's newest.
        public var isCurrent: Bool
        /// Which way money goes.
        public var direction: Direction
        /// Exactly what must move: what the payer was told, or what the payout is.
        public var due: Money
        /// Whether "not found" may be read as "never arrived" now.
        public var notFoundIsProof: Bool

        /// A situation.
        public init(
            order: OrderState, attempt: AttemptState, isCurrent: Bool = true, direction: Direction,
            due: Money,
            notFoundIsProof: Bool = false
        ) {
            self.order = order
            self.attempt = attempt
            self.isCurrent = isCurrent
            self.direction = direction
            self.due = due
            self.notFoundIsProof = notFoundIsProof
        }
    }

    private init(_ situation: Situation, stale: Bool = false, review: ReviewReason? = nil) {
        attempt = situation.attempt
        order = situation.order
        isStale = stale
        self.review = review
    }

    /// Decides what `outcome` does in `situation`.
    public init(_ situation: Situation, on outcome: Outcome) {
        switch outcome {
        case .accepted: self = Self.accepted(situation)
        case .rejected(let refusal): self = Self.rejected(situation, refusal)
        case .succeeded(let settlement): self = Self.succeeded(situation, settlement)
        case .failed: self = Self.failed(situation)
        case .notFound: self = Self.notFound(situation)
        case .unknown: self = Self.unknown(situation)
        }
    }

    private static func accepted(_ situation: Situation) -> Transition {
        switch situation.attempt {
        case .preparing:
            // It cannot have what we have not sent.
            return Transition(situation, review: .contradiction)
        case .sending, .unknown:
            var result = Transition(situation)
            result.attempt = .accepted
            result.order = situation.order.isTerminal ? situation.order : .pending
            return result
        case .accepted, .succeeded, .failed, .expired:
            return Transition(situation, stale: true)
        case .rejected:
            // We may have gone to another account since: two of them may now have the payment.
            return Transition(situation, review: .contradiction)
        }
    }

    private static func rejected(_ situation: Situation, _ refusal: Refusal) -> Transition {
        switch situation.attempt {
        case .preparing, .sending, .unknown:
            var result = Transition(situation)
            result.attempt = .rejected
            result.order = situation.order.isTerminal ? situation.order : .failed
            result.mayTryNext = refusal.worthAnotherAccount && !situation.order.isTerminal
            return result
        case .rejected, .failed:
            return Transition(situation, stale: true)
        case .accepted, .succeeded, .expired:
            return Transition(situation, review: .contradiction)
        }
    }

    private static func succeeded(_ situation: Situation, _ settlement: Settlement) -> Transition {
        // Also when it has succeeded already: the same payment in two amounts is a contradiction.
        if let review = mismatch(situation, settlement) { return Transition(situation, review: review) }
        if situation.attempt == .succeeded { return Transition(situation, stale: true) }
        let paid = { (late: Bool) in
            var result = Transition(situation)
            result.attempt = .succeeded
            result.order = .succeeded
            result.late = late
            return result
        }
        switch (situation.attempt, situation.order) {
        case (.sending, .processing), (.unknown, .processing), (.accepted, .processing),
            (.accepted, .pending):
            return paid(false)
        case (.expired, .expired) where situation.direction == .payin && situation.isCurrent:
            return paid(true)
        case (_, .cancelled):
            return Transition(situation, review: .paidAfterCancel)
        default:
            return Transition(situation, review: .contradiction)
        }
    }

    private static func mismatch(_ situation: Situation, _ settlement: Settlement) -> ReviewReason? {
        if settlement.isToAnotherAccount { return .accountMismatch }
        if let amount = settlement.amount {
            if amount.currency != situation.due.currency { return .currencyMismatch }
            if amount.minor != situation.due.minor {
                guard situation.direction == .payin else { return .amountMismatch }
                return amount.minor < situation.due.minor ? .paidShort : .paidOver
            }
        }
        return settlement.doubt == nil ? nil : .amountMismatch
    }

    private static func failed(_ situation: Situation) -> Transition {
        switch situation.attempt {
        case .preparing, .sending, .unknown, .accepted:
            var result = Transition(situation)
            result.attempt = .failed
            result.order = situation.order.isTerminal ? situation.order : .failed
            return result
        case .failed, .rejected, .expired:
            return Transition(situation, stale: true)
        case .succeeded:
            return Transition(situation, review: .contradiction)
        }
    }

    private static func notFound(_ situation: Situation) -> Transition {
        switch situation.attempt {
        case .sending:
            // The request may still be on its way: whoever sends it has not said that it is over.
            return unknown(situation)
        case .preparing:
            return Transition(situation, stale: true)
        case .unknown:
            guard situation.notFoundIsProof else { return unknown(situation) }
            var result = Transition(situation)
            result.attempt = .rejected
            result.order = situation.order.isTerminal ? situation.order : .failed
            result.mayTryNext = !situation.order.isTerminal
            return result
        case .accepted:
            // The provider said that it had it: losing it again proves nothing.
            return Transition(situation, review: .contradiction)
        case .rejected, .failed, .expired:
            return Transition(situation, stale: true)
        case .succeeded:
            return Transition(situation, review: .contradiction)
        }
    }

    private static func unknown(_ situation: Situation) -> Transition {
        guard situation.attempt == .sending else { return Transition(situation, stale: true) }
        var result = Transition(situation)
        result.attempt = .unknown
        return result
    }
}
