import Core
import Testing

/// A situation, some news, and what they come to.
private struct Case {
    var situation: Transition.Situation
    var outcome: Outcome
    var result: Transition

    static let due = Money(minor: 1000_00, .thb)
    static let paid = Outcome.succeeded(Settlement(amount: due))
    static let failed = Outcome.failed(Refusal(.declined, "", worthAnotherAccount: false))
    static let refused = Outcome.rejected(Refusal(.misconfigured, "", worthAnotherAccount: true))

    static let outcomes: [Outcome] = [
        .accepted(Acceptance()), refused, .rejected(Refusal(.invalidAccount, "", worthAnotherAccount: false)),
        .succeeded(Settlement()), paid, .succeeded(Settlement(amount: Money(minor: 999_99, .thb))),
        .succeeded(Settlement(amount: Money(minor: 1000_01, .thb))),
        .succeeded(Settlement(amount: Money(minor: 1000_00, .usd))),
        .succeeded(Settlement(amount: due, doubt: "the parts do not fit")), failed, .notFound, .unknown(""),
    ]

    /// All of them.
    static let all: [Case] = {
        var cases: [Case] = []
        for order in OrderState.allCases {
            for attempt in AttemptState.allCases {
                for flags in 0..<8 {
                    let situation = Transition.Situation(
                        order: order, attempt: attempt, isCurrent: flags & 1 == 0,
                        direction: flags & 4 == 0 ? .payin : .payout, due: due,
                        notFoundIsProof: flags & 2 != 0)
                    for outcome in outcomes {
                        let result = Transition(situation, on: outcome)
                        cases.append(Case(situation: situation, outcome: outcome, result: result))
                    }
                }
            }
        }
        return cases
    }()

    var changes: Bool { result.order != situation.order || result.attempt != situation.attempt }
    var isSoundPayment: Bool {
        guard case .succeeded(let settlement) = outcome else { return false }
        return settlement.doubt == nil && (settlement.amount ?? Self.due) == Self.due
    }
}

@Suite("Transitions")
struct TransitionTests {
    @Test("an order leaves a terminal state only by a late payin in the exact amount")
    func terminalOrders() {
        for item in Case.all
        where item.situation.order.isTerminal && item.result.order != item.situation.order {
            #expect(item.situation.order == .expired && item.situation.attempt == .expired, "\(item)")
            #expect(item.result.order == .succeeded && item.result.late && item.isSoundPayment, "\(item)")
            #expect(item.situation.direction == .payin && item.situation.isCurrent, "\(item)")
        }
    }

    @Test("states take only their legal exits")
    func exits() {
        let attempts: [AttemptState: Set<AttemptState>] = [
            .preparing: [.rejected, .failed],
            .sending: [.unknown, .accepted, .rejected, .succeeded, .failed],
            .unknown: [.accepted, .rejected, .succeeded, .failed], .accepted: [.succeeded, .failed],
            .expired: [.succeeded],
        ]
        let orders: [OrderState: Set<OrderState>] = [
            .initiated: [.pending, .failed], .processing: [.pending, .succeeded, .failed],
            .pending: [.succeeded, .failed], .expired: [.succeeded],
        ]
        for item in Case.all {
            let (from, to) = (item.situation, item.result)
            #expect(
                from.attempt == to.attempt || attempts[from.attempt]?.contains(to.attempt) == true, "\(item)")
            #expect(from.order == to.order || orders[from.order]?.contains(to.order) == true, "\(item)")
        }
    }

    @Test("only an exact and undoubted payment succeeds; anything else about money is raised")
    func money() {
        for item in Case.all {
            guard case .succeeded = item.outcome else {
                #expect(
                    item.result.order == item.situation.order || item.result.order != .succeeded, "\(item)")
                continue
            }
            if !item.isSoundPayment {
                #expect(!item.changes && item.result.review != nil, "\(item)")
            }
        }
    }

    @Test("a payin paid short or over says so, a payout in another amount does")
    func reasons() {
        func review(_ direction: Direction, _ amount: Money, doubt: String? = nil) -> ReviewReason? {
            let situation = Transition.Situation(
                order: .pending, attempt: .accepted, direction: direction, due: Case.due)
            return Transition(situation, on: .succeeded(Settlement(amount: amount, doubt: doubt))).review
        }
        #expect(review(.payin, Money(minor: 1, .thb)) == .paidShort)
        #expect(review(.payin, Money(minor: 9999_00, .thb)) == .paidOver)
        #expect(review(.payout, Money(minor: 1, .thb)) == .amountMismatch)
        #expect(review(.payin, Money(minor: 1000_00, .kes)) == .currencyMismatch)
        #expect(review(.payin, Case.due, doubt: "x") == .amountMismatch)
        #expect(review(.payin, Case.due) == nil)
    }

    @Test("the next candidate is tried only when an undecided attempt is proven to have moved nothing")
    func next() {
        for item in Case.all where item.result.mayTryNext {
            #expect(item.result.attempt == .rejected && !item.situation.order.isTerminal, "\(item)")
            #expect([.preparing, .sending, .unknown].contains(item.situation.attempt), "\(item)")
            switch item.outcome {
            case .rejected(let refusal): #expect(refusal.worthAnotherAccount, "\(item)")
            case .notFound:
                #expect(item.situation.notFoundIsProof && item.situation.attempt == .unknown, "\(item)")
            default: Issue.record("\(item)")
            }
        }
    }

    @Test("not found never decides while the request may still be on its way")
    func sending() {
        let situation = Transition.Situation(
            order: .processing, attempt: .sending, direction: .payout, due: Case.due, notFoundIsProof: true)
        let result = Transition(situation, on: .notFound)
        #expect(result.attempt == .unknown && result.order == .processing && !result.mayTryNext)
    }

    @Test("what was never sent can neither be had nor be paid: such news is raised")
    func preparing() {
        for item in Case.all where item.situation.attempt == .preparing {
            switch item.outcome {
            case .accepted, .succeeded: #expect(!item.changes && item.result.review != nil, "\(item)")
            case .notFound, .unknown: #expect(item.result.isStale, "\(item)")
            case .rejected, .failed: #expect(!item.result.attempt.isOpen, "\(item)")
            }
        }
    }

    @Test("an attempt that nobody can decide stays open")
    func unknown() {
        for item in Case.all {
            guard case .unknown = item.outcome else { continue }
            #expect(item.result.attempt.isOpen == item.situation.attempt.isOpen, "\(item)")
            #expect(item.result.order == item.situation.order && item.result.review == nil, "\(item)")
        }
    }

    @Test("what is stale or raised changes nothing")
    func stale() {
        for item in Case.all {
            if item.result.isStale { #expect(!item.changes && item.result.review == nil, "\(item)") }
            if item.result.review != nil { #expect(!item.changes && !item.result.mayTryNext, "\(item)") }
        }
    }

    @Test("the same news again is stale")
    func idempotent() {
        for item in Case.all where item.changes && !item.situation.notFoundIsProof {
            var after = item.situation
            (after.order, after.attempt) = (item.result.order, item.result.attempt)
            let again = Transition(after, on: item.outcome)
            #expect(again.isStale && again.order == after.order && again.attempt == after.attempt, "\(item)")
        }
    }

    @Test("news that contradicts an attempt's end is raised, never applied")
    func contradictions() {
        let other = Outcome.succeeded(Settlement(amount: Money(minor: 1, .thb)))
        let accepted = Outcome.accepted(Acceptance())
        let ends: [(AttemptState, OrderState, Outcome, ReviewReason)] = [
            (.succeeded, .succeeded, Case.failed, .contradiction),
            (.succeeded, .succeeded, Case.refused, .contradiction),
            (.succeeded, .succeeded, .notFound, .contradiction),
            (.succeeded, .succeeded, other, .amountMismatch),
            (.failed, .failed, Case.paid, .contradiction), (.rejected, .failed, Case.paid, .contradiction),
            (.rejected, .processing, Case.paid, .contradiction),
            (.rejected, .processing, accepted, .contradiction),
            (.accepted, .pending, .notFound, .contradiction),
            (.accepted, .pending, Case.refused, .contradiction),
            (.expired, .expired, Case.paid, .contradiction),
            (.accepted, .cancelled, Case.paid, .paidAfterCancel),
        ]
        for (attempt, order, outcome, reason) in ends {
            let situation = Transition.Situation(
                order: order, attempt: attempt, direction: .payout, due: Case.due)
            let result = Transition(situation, on: outcome)
            #expect(result.review == reason && result.order == order && result.attempt == attempt)
        }
    }
}
