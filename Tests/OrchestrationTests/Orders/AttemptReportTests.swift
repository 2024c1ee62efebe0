import Core
import Testing

@testable import Orchestration
@testable import Routing

@Suite("What news says of an account")
struct AttemptReportTests {
    private static func verdict(
        _ method: PaymentMethod, _ attempt: AttemptState, _ outcome: Outcome,
        _ source: NewsSource = .submission, order: OrderState = .processing, proof: Bool = false
    ) throws -> AttemptReport? {
        let record = OrderChangeTests.record(method, state: order, attempt: attempt)
        return record.change(on: outcome, OrderChangeTests.context(source, proof: proof))?.report
    }

    private static let taken = Outcome.accepted(Acceptance(providerReference: "P1"))

    private static func arrived(_ method: PaymentMethod) -> Outcome {
        .succeeded(Settlement(amount: Money(minor: 50_000, method.currency)))
    }

    @Test("a payin succeeds once there is something to pay by, and not again once it is paid")
    func payin() throws {
        let accepted = try #require(try Self.verdict(.thbQR, .sending, Self.taken))
        #expect(accepted.verdict == .success && accepted.latency == 0 && accepted.method == .thbQR)
        #expect(
            try Self.verdict(.thbQR, .accepted, Self.arrived(.thbQR), .callback, order: .pending) == nil)
        #expect(try Self.verdict(.thbQR, .sending, Self.arrived(.thbQR), .callback)?.verdict == .success)
    }

    @Test("a payout succeeds once it has arrived")
    func payout() throws {
        #expect(try Self.verdict(.kesEWallet, .sending, Self.taken) == nil)
        let paid = try Self.verdict(
            .kesEWallet, .accepted, Self.arrived(.kesEWallet), .query, order: .pending)
        #expect(paid?.verdict == .success && paid?.account == OrderChangeTests.account)
    }

    @Test("an answer that was lost is a time-out at once, and its success is one when it comes")
    func lost() throws {
        #expect(try Self.verdict(.kesEWallet, .sending, .unknown("lost"))?.verdict == .timeout)
        #expect(try Self.verdict(.kesEWallet, .unknown, .unknown("still")) == nil)
        let found = try Self.verdict(.kesEWallet, .unknown, Self.arrived(.kesEWallet), .query)
        #expect(found?.verdict == .success && found?.latency == nil)
        #expect(try Self.verdict(.kesEWallet, .unknown, .notFound, .query, proof: true) == nil)
        let refusal = Refusal(.providerUnavailable, "out of order", worthAnotherAccount: true)
        #expect(try Self.verdict(.kesEWallet, .unknown, .rejected(refusal), .query) == nil)
    }

    @Test(
        "a refusal is whose failure its connector says",
        arguments: [
            (
                Refusal.Reason.providerUnavailable, true, Refusal.Fault?.none,
                AttemptReport.Verdict?.some(.failure)
            ),
            (.providerUnavailable, false, nil, .finalFailure), (.misconfigured, true, nil, .failure),
            (.invalidAccount, false, nil, .customer), (.nameMismatch, false, nil, .customer),
            (.limitExceeded, false, nil, .customer), (.limitExceeded, true, nil, .failure),
            (.invalidRequest, false, nil, .customer), (.invalidRequest, false, .provider, .finalFailure),
            (.insufficientBalance, true, nil, nil), (.preparationLapsed, true, nil, nil),
            (.declined, false, .customer, .customer),
        ])
    func refusals(
        _ reason: Refusal.Reason, _ worth: Bool, _ fault: Refusal.Fault?, _ verdict: AttemptReport.Verdict?
    ) throws {
        let refusal = Refusal(reason, "why", worthAnotherAccount: worth, fault: fault)
        #expect(try Self.verdict(.kesEWallet, .sending, .rejected(refusal))?.verdict == verdict)
        #expect(
            try Self.verdict(.kesEWallet, .accepted, .failed(refusal), .query, order: .pending)?.verdict
                == verdict)
    }

    @Test("what a person decides, or nobody believes, teaches nothing")
    func others() throws {
        let refusal = Refusal(.declined, "why", worthAnotherAccount: false)
        #expect(
            try Self.verdict(.kesEWallet, .accepted, .failed(refusal), .operator, order: .pending) == nil)
        let wrong = Outcome.succeeded(Settlement(amount: Money(minor: 1, .kes)))
        #expect(try Self.verdict(.kesEWallet, .accepted, wrong, .query, order: .pending) == nil)
    }

    @Test("the bank is the one that was decided for")
    func bank() throws {
        var record = OrderChangeTests.record(.kesEWallet)
        record.decision = Array(#"{"candidates":[],"bank":"0001"}"#.utf8)
        let change = record.change(on: .unknown("lost"), OrderChangeTests.context())
        #expect(change?.report?.bank == "0001")
    }
}
