internal import Core
internal import JSON
internal import Routing

/// How the news of an attempt reached us.
enum NewsSource: String, Sendable {
    case submission
    case query
    case callback
    case `operator`

    var actor: String { self == .operator ? "operator" : "provider" }
}

/// What the news is applied with: everything that is not in the order.
struct NewsContext: Sendable {
    var source: NewsSource
    var now: Timestamp
    var isNewest = true
    var notFoundIsProof = false
    /// Whether the order has another candidate that may take it.
    var hasNext = false
    /// Candidates that may not, and why.
    var passedOver: [Decision.Exclusion] = []
    /// The fence that the writer holds, if it holds one.
    var holding: Int?
    /// When the order is looked at next, while the attempt is open.
    var nextLook: Timestamp
    var evidence: CallbackEvidence?
}

extension OrderRecord {
    /// What must move: what the payer was told, or what was asked for.
    var dueAmount: Money { view.payable ?? view.amount }

    func situation(_ context: NewsContext) -> Transition.Situation? {
        guard let attempt else { return nil }
        return Transition.Situation(
            order: view.state, attempt: attempt.state, isCurrent: context.isNewest,
            direction: view.method.direction, due: dueAmount, notFoundIsProof: context.notFoundIsProof)
    }

    /// Whether a person must first decide which news of this order is true.
    var isContested: Bool { view.review.flatMap(ReviewReason.init)?.isContradiction ?? false }

    /// Computes what `outcome` changes; `nil` where it tells nothing new.
    func change(on outcome: Outcome, _ context: NewsContext) -> OrderChange? {
        guard let situation = situation(context), !isRepeated(outcome) else { return nil }
        var transition = Transition(situation, on: outcome)
        if context.source == .submission, transition.attempt == .sending {
            // Our own answer is in, and a person is to say what it means: what was sent is not sent again.
            transition.attempt = .unknown
        }
        if transition.isStale {
            guard case .accepted(let acceptance) = outcome, bringsArtefact(acceptance) else { return nil }
        }
        if transition.attempt == situation.attempt, isRaised(transition, by: outcome) { return nil }
        transition.mayTryNext = transition.mayTryNext && context.hasNext
        if isContested, situation.attempt.isOpen, waitsWhenContested(transition.attempt) {
            // Somebody verified has told of a payment: neither another account nor an end before a person has decided.
            transition.mayTryNext = false
            transition.order = view.state
        }
        var change = OrderChange(
            record: self, versionBefore: view.version, holding: context.holding, due: due,
            event: OrderChange.Event(kind: "", actor: context.source.actor, detail: []),
            evidence: context.evidence,
            stateBefore: view.state, attemptBefore: attempt?.state)
        change.apply(transition, context)
        change.apply(outcome, transition)
        change.describe(outcome, transition, context)
        if transition.review == nil {
            change.report = report(on: outcome, from: situation.attempt, to: transition.attempt, context)
        }
        return change
    }

    /// Whether an attempt that has come to nothing leaves its contested order open: a payout, since its merchant, told that it
    /// failed, would pay again; and whatever could go to another account.
    private func waitsWhenContested(_ attempt: AttemptState) -> Bool {
        attempt == .rejected || attempt == .failed && view.method.direction == .payout
    }

    /// The same settlement again, once it counts: also where a person has let another amount count.
    private func isRepeated(_ outcome: Outcome) -> Bool {
        guard case .succeeded(let settlement) = outcome, attempt?.state == .succeeded else { return false }
        return settlement.amount != nil && settlement.amount == view.moved
    }

    /// A review that stands already, for the same movement: asking again adds no line to the history.
    private func isRaised(_ transition: Transition, by outcome: Outcome) -> Bool {
        guard let review = transition.review, review.rawValue == view.review else { return false }
        guard case .succeeded(let settlement) = outcome, let amount = settlement.amount else { return true }
        return amount.currency != view.amount.currency || amount == view.moved
    }

    /// An acceptance whose first word came by an early callback may bring what the payer is shown only now.
    private func bringsArtefact(_ acceptance: Acceptance) -> Bool {
        view.artefact == nil && acceptance.artefact != nil && attempt?.state == .accepted
    }
}

extension OrderChange {
    fileprivate mutating func apply(_ transition: Transition, _ context: NewsContext) {
        // Who sends it goes on by itself: nobody else may take the order before the lease has ended.
        let isInFlight = context.holding == nil && record.attempt?.state == .sending
        record.view.version += 1
        record.view.updatedAt = context.now
        record.attempt?.state = transition.attempt
        record.view.late = record.view.late || transition.late
        // A quote stays one until it is executed, whichever account it will be.
        let goesOn: OrderState = stateBefore == .initiated ? .initiated : .processing
        record.view.state = transition.mayTryNext ? goesOn : transition.order
        let moved = record.view.state
        if moved.isTerminal {
            if record.view.finishedAt == nil || transition.late { record.view.finishedAt = context.now }
            due = nil
        } else if isInFlight {
            // As it is.
        } else if transition.mayTryNext {
            // Whoever holds the order goes on at once; else anybody may.
            due = context.holding == nil ? context.now : due
        } else if transition.review == nil || context.holding != nil {
            due = context.nextLook
        }
        if let review = transition.review {
            record.view.review = review.rawValue
        } else if record.view.review == ReviewReason.unreadable.rawValue
            || record.view.review == ReviewReason.outcomeUnknown.rawValue && transition.attempt != .unknown
        {
            record.view.review = nil
        }
    }

    fileprivate mutating func apply(_ outcome: Outcome, _ transition: Transition) {
        switch outcome {
        case .accepted(let acceptance) where transition.review == nil: take(acceptance)
        case .succeeded(let settlement): take(settlement, transition)
        case .rejected(let refusal), .failed(let refusal): take(refusal, transition)
        case .notFound where transition.attempt == .rejected:
            take(
                Refusal(.neverArrived, "the provider never received it", worthAnotherAccount: true),
                transition)
        default: break
        }
    }

    private mutating func take(_ acceptance: Acceptance) {
        if let reference = acceptance.providerReference { record.attempt?.providerReference = reference }
        // Until the payer has been shown something, the newest word on what is to be paid holds.
        if record.view.artefact == nil, record.view.method.direction == .payin,
            let payable = acceptance.payable
        {
            record.view.payable = payable
        }
        if record.view.artefact == nil { record.view.artefact = acceptance.artefact }
        if let fee = acceptance.fee { record.view.fee = fee }
        if let expiresAt = acceptance.expiresAt, record.view.method.direction == .payin {
            record.view.expiresAt = expiresAt
        }
        record.refreshAttempt()
    }

    private mutating func take(_ settlement: Settlement, _ transition: Transition) {
        // What counts already stays: the event tells what contradicts it.
        guard transition.review == nil || stateBefore != .succeeded else { return }
        if let reference = settlement.providerReference { record.attempt?.providerReference = reference }
        record.refreshAttempt()
        if let amount = settlement.amount, amount.currency == record.view.amount.currency {
            record.view.moved = amount
        }
        guard transition.order == .succeeded else { return }
        if let fee = settlement.fee { record.view.fee = fee }
        record.view.reason = nil
        record.view.reasonDetail = nil
    }

    private mutating func take(_ refusal: Refusal, _ transition: Transition) {
        guard !transition.attempt.isOpen else { return }
        attemptReason = refusal.reason.rawValue
        record.attempt?.reason = refusal.reason.rawValue
        attemptReasonDetail = refusal.detail
        guard record.view.state == .failed, transition.review == nil else { return }
        record.view.reason = refusal.reason.rawValue
        record.view.reasonDetail = refusal.detail
    }

    fileprivate mutating func describe(_ outcome: Outcome, _ transition: Transition, _ context: NewsContext) {
        var detail = JSONWriter()
        detail.beginObject()
        detail.member("source", context.source.rawValue)
        if let attempt = record.attempt {
            detail.member("account", attempt.account.text(.providerAccount))
            detail.member("attempt", attempt.ordinal)
            if let reference = attempt.providerReference { detail.member("providerReference", reference) }
        }
        outcome.describe(to: &detail)
        if let review = transition.review { detail.member("review", review.rawValue) }
        if transition.late { detail.member("late", true) }
        if !context.hasNext { detail.passedOver(context.passedOver) }
        detail.endObject()
        event.detail = detail.bytes
        event.kind = Self.kind(transition, record.view.state)
    }

    private static func kind(_ transition: Transition, _ state: OrderState) -> String {
        if transition.review != nil { return "review_raised" }
        switch (transition.attempt, state.isTerminal) {
        case (.rejected, false): return "attempt_rejected"
        case (.failed, false): return "attempt_failed"
        default: break
        }
        switch state {
        case .processing: return "outcome_unknown"
        case .pending: return "accepted"
        default: return state.rawValue
        }
    }
}

extension OrderRecord {
    /// Carries what the attempt says into the view.
    mutating func refreshAttempt() {
        view.account = attempt?.account
        view.providerReference = attempt?.providerReference
        view.attemptReference = attempt?.reference
        view.attempts = attempt?.ordinal ?? 0
    }
}

extension JSONWriter {
    /// The candidates that might not take the payment any more.
    mutating func passedOver(_ exclusions: [Decision.Exclusion]) {
        guard !exclusions.isEmpty else { return }
        key("passedOver")
        beginArray()
        for exclusion in exclusions {
            beginObject()
            member("account", exclusion.account.text(.providerAccount))
            member("reason", exclusion.reason.rawValue)
            endObject()
        }
        endArray()
    }
}

extension Outcome {
    /// Whether another account may be next.
    var mayGoOn: Bool {
        switch self {
        case .rejected, .notFound: true
        case .accepted, .succeeded, .failed, .unknown: false
        }
    }

    fileprivate func describe(to detail: inout JSONWriter) {
        switch self {
        case .accepted(let acceptance):
            if let payable = acceptance.payable { detail.member("payableAmount", payable.decimal) }
        case .succeeded(let settlement):
            if let amount = settlement.amount {
                detail.member("amount", amount.decimal)
                detail.member("currency", amount.currency.code)
            }
            if let fee = settlement.fee { detail.member("fee", fee.decimal) }
            if let at = settlement.at { detail.member("at", at.iso8601) }
            if let doubt = settlement.doubt { detail.member("doubt", doubt) }
        case .rejected(let refusal), .failed(let refusal):
            detail.member("reason", refusal.reason.rawValue)
            detail.member("detail", refusal.detail)
        case .notFound: detail.member("detail", "the provider does not know the reference")
        case .unknown(let why): detail.member("detail", why)
        }
    }
}
