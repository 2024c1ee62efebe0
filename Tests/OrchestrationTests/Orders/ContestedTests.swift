import Core
import Testing

@testable import Orchestration

/// Contradicting news of money, and what may still happen to the order until a person has decided.
@Suite("A contested order")
struct ContestedTests {
    typealias Base = OrderChangeTests

    @Test(
        "goes to no other account, and does not end, because one provider refuses",
        arguments: [ReviewReason.contradiction, .amountMismatch, .currencyMismatch, .accountMismatch])
    func refusal(_ review: ReviewReason) throws {
        let record = Base.record(review: review.rawValue)
        for hasNext in [true, false] {
            let change = try #require(
                record.change(on: .rejected(Base.refusal), Base.context(hasNext: hasNext)))
            #expect(change.record.view.state == .processing && change.record.attempt?.state == .rejected)
            #expect(change.record.view.review == review.rawValue && change.record.isContested)
            #expect(change.due != nil && change.record.view.reason == nil)
        }
    }

    @Test(
        "does not end because the payout failed, either: its merchant would pay again what may have been paid",
        arguments: [(OrderState.processing, AttemptState.unknown), (.pending, .accepted)])
    func failure(_ state: OrderState, _ attempt: AttemptState) throws {
        let record = Base.record(state: state, attempt: attempt, review: ReviewReason.contradiction.rawValue)
        let change = try #require(
            record.change(on: .failed(Base.refusal), Base.context(.query, hasNext: true)))
        #expect(change.record.view.state == state && change.record.attempt?.state == .failed)
        #expect(change.record.isContested && change.record.view.reason == nil)
        #expect(change.due != nil && !change.tellsMerchant && change.event.kind == "attempt_failed")
        #expect(change.record.change(on: .failed(Base.refusal), Base.context(.query)) == nil)
    }

    @Test("is not one whose outcome is merely unknown, or that could not be read")
    func missingNews() throws {
        for review in [ReviewReason.outcomeUnknown, .unreadable] {
            let record = Base.record(attempt: .unknown, review: review.rawValue)
            let change = try #require(
                record.change(on: .notFound, Base.context(.query, hasNext: true, proof: true)))
            #expect(change.record.view.state == .processing && change.record.view.review == nil)
            #expect(change.event.kind == "attempt_rejected")
        }
    }

    @Test("is not told of again by every answer to the same question")
    func sameAnswer() throws {
        let record = Base.record(.thbQR, state: .pending, attempt: .accepted)
        let short = Outcome.succeeded(Settlement(amount: Money(minor: 1, .thb)))
        let change = try #require(record.change(on: short, Base.context(.query)))
        #expect(change.record.change(on: short, Base.context(.query)) == nil)
        #expect(change.record.change(on: .notFound, Base.context(.query)) != nil)
    }

    @Test("an early callback takes no order from whoever is sending it", arguments: [true, false])
    func lease(_ isAccepted: Bool) throws {
        let outcome: Outcome = isAccepted ? .accepted(Acceptance()) : .rejected(Base.refusal)
        var record = Base.record()
        record.due = Base.now + .seconds(40)
        let context = Base.context(.callback, hasNext: true, holding: nil)
        let change = try #require(record.change(on: outcome, context))
        #expect(change.due == record.due)
        record.attempt?.state = .unknown
        #expect(record.change(on: outcome, context)?.due != record.due)
    }
}
