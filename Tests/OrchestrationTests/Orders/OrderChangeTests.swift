import Core
import Testing

@testable import Orchestration

@Suite("What news does to an order")
struct OrderChangeTests {
    static let now = Timestamp(seconds: 1_800_000_000)
    static let account = Identifier(high: 1, low: 1)

    static func record(
        _ method: PaymentMethod = .kesEWallet, state: OrderState = .processing,
        attempt: AttemptState? = .sending,
        payable: Int64? = nil, review: String? = nil
    ) -> OrderRecord {
        var view = OrderView(
            id: Identifier(high: 2, low: 2), merchant: Identifier(high: 3, low: 3),
            app: Identifier(high: 4, low: 4),
            referenceNumber: "r1", method: method, amount: Money(minor: 50_000, method.currency),
            state: state,
            late: false, createdAt: now, updatedAt: now, version: 3, attempts: 1)
        view.payable = payable.map { Money(minor: $0, method.currency) }
        view.review = review
        view.expiresAt = now + .seconds(900)
        var tried: AttemptRecord?
        if let attempt {
            tried = AttemptRecord(for: account, ordinal: 1, at: now)
            tried?.state = attempt
        }
        return OrderRecord(
            view: view, sealedCounterparty: nil, notifyURL: "https://shop.example/hook", decision: [],
            due: now,
            fence: 7, polls: 2, attempt: tried)
    }

    static func context(
        _ source: NewsSource = .submission, hasNext: Bool = false, holding: Int? = 7, proof: Bool = false
    ) -> NewsContext {
        NewsContext(
            source: source, now: now, notFoundIsProof: proof, hasNext: hasNext, holding: holding,
            nextLook: now + .seconds(5))
    }

    static let refusal = Refusal(.providerUnavailable, "out of order", worthAnotherAccount: true)

    @Test(
        "an acceptance makes it pending, tells the exact amount and what the payer sees, and asks again later"
    )
    func acceptance() throws {
        var artefact = Artefact()
        artefact.qrCode = "000201"
        let payable = Money(minor: 49_999, .thb)
        let outcome = Outcome.accepted(
            Acceptance(providerReference: "DP1", payable: payable, artefact: artefact, expiresAt: Self.now))
        let change = try #require(Self.record(.thbQR).change(on: outcome, Self.context()))
        #expect(change.record.view.state == .pending)
        #expect(change.record.attempt?.state == .accepted)
        #expect(change.record.view.payable == payable)
        #expect(change.record.view.artefact == artefact)
        #expect(change.record.view.providerReference == "DP1")
        #expect(change.due == Self.now + .seconds(5))
        #expect(change.record.view.version == 4 && change.versionBefore == 3 && change.holding == 7)
        #expect(change.tellsMerchant && change.event.kind == "accepted")
    }

    @Test("what the payer sees is never replaced")
    func artefactIsKept() {
        var record = Self.record(.thbQR, state: .pending, attempt: .accepted, payable: 49_999)
        record.view.artefact = Artefact()
        var other = Artefact()
        other.qrCode = "another"
        let outcome = Outcome.accepted(Acceptance(payable: Money(minor: 1, .thb), artefact: other))
        #expect(record.change(on: outcome, Self.context(.query)) == nil)
    }

    @Test("an early callback does not keep the answer's QR code from the payer")
    func artefactAfterEarlyCallback() throws {
        var artefact = Artefact()
        artefact.qrCode = "000201"
        let record = Self.record(.thbQR, state: .pending, attempt: .accepted)
        let change = try #require(
            record.change(on: .accepted(Acceptance(artefact: artefact)), Self.context()))
        #expect(change.record.view.artefact == artefact && change.record.view.state == .pending)
    }

    @Test("a refusal that is worth another account keeps the order in hand")
    func failover() throws {
        let change = try #require(
            Self.record().change(on: .rejected(Self.refusal), Self.context(hasNext: true)))
        #expect(change.record.view.state == .processing)
        #expect(change.record.attempt?.state == .rejected)
        #expect(change.record.view.reason == nil && change.attemptReason == "provider_unavailable")
        #expect(!change.tellsMerchant)
    }

    @Test("a refusal without another account ends it, with a reason for a person")
    func refusal() throws {
        let change = try #require(Self.record().change(on: .rejected(Self.refusal), Self.context()))
        #expect(change.record.view.state == .failed)
        #expect(change.record.view.reasonDetail == "out of order")
        #expect(change.due == nil && change.record.view.finishedAt == Self.now)
    }

    @Test("a refusal that would come anywhere does not go to another account")
    func refusedAnywhere() throws {
        let refusal = Refusal(.invalidAccount, "no such wallet", worthAnotherAccount: false)
        let change = try #require(Self.record().change(on: .rejected(refusal), Self.context(hasNext: true)))
        #expect(change.record.view.state == .failed)
    }

    @Test("a lost answer leaves it open, and nobody else may try")
    func unknown() throws {
        let change = try #require(Self.record().change(on: .unknown("reset"), Self.context(hasNext: true)))
        #expect(change.record.view.state == .processing && change.record.attempt?.state == .unknown)
        #expect(change.event.kind == "outcome_unknown" && change.due == Self.now + .seconds(5))
    }

    @Test("not found is a refusal only where it is proof")
    func notFound() throws {
        let record = Self.record(attempt: .unknown)
        #expect(record.change(on: .notFound, Self.context(.query)) == nil)
        let change = try #require(record.change(on: .notFound, Self.context(.query, proof: true)))
        #expect(change.record.view.state == .failed && change.record.view.reason == "never_arrived")
    }

    @Test(
        "another amount than was asked for goes to review and moves nothing",
        arguments: [(49_998, "paid_short"), (50_001, "paid_over")])
    func mismatch(_ minor: Int64, _ review: String) throws {
        let record = Self.record(.thbQR, state: .pending, attempt: .accepted)
        let settlement = Settlement(amount: Money(minor: minor, .thb))
        let change = try #require(
            record.change(on: .succeeded(settlement), Self.context(.callback, holding: nil)))
        #expect(change.record.view.state == .pending && change.record.view.review == review)
        #expect(change.record.view.moved?.minor == minor)
        #expect(change.due == record.due)
    }

    @Test("news that decides an unknown outcome takes the call for a person back")
    func reviewIsCleared() throws {
        let record = Self.record(attempt: .unknown, review: "outcome_unknown")
        let settlement = Settlement(amount: Money(minor: 50_000, .kes))
        let change = try #require(record.change(on: .succeeded(settlement), Self.context(.query)))
        #expect(change.record.view.state == .succeeded && change.record.view.review == nil)
    }

    @Test("a payin paid late in the exact amount succeeds, marked late")
    func late() throws {
        let record = Self.record(.thbQR, state: .expired, attempt: .expired)
        let settlement = Settlement(amount: Money(minor: 50_000, .thb))
        let change = try #require(
            record.change(on: .succeeded(settlement), Self.context(.callback, holding: nil)))
        #expect(change.record.view.state == .succeeded && change.record.view.late)
    }

    @Test("of a payment that has succeeded, another amount is told in the history, and what had moved stays")
    func otherAmountAfterwards() throws {
        var record = Self.record(state: .succeeded, attempt: .succeeded)
        record.view.moved = Money(minor: 50_000, .kes)
        record.attempt?.providerReference = "P1"
        let settlement = Settlement(providerReference: "P2", amount: Money(minor: 1, .kes))
        let change = try #require(
            record.change(on: .succeeded(settlement), Self.context(.callback, holding: nil)))
        #expect(change.record.view.state == .succeeded && change.record.view.review == "amount_mismatch")
        #expect(change.record.view.moved?.minor == 50_000 && change.record.attempt?.providerReference == "P1")
        #expect(String(decoding: change.event.detail, as: UTF8.self).contains(#""amount":"0.01""#))
    }

    @Test("what contradicts an end is recorded and raised, never applied")
    func contradiction() throws {
        let record = Self.record(state: .succeeded, attempt: .succeeded)
        let change = try #require(
            record.change(on: .failed(Self.refusal), Self.context(.callback, holding: nil)))
        #expect(change.record.view.state == .succeeded && change.record.view.review == "contradiction")
        #expect(change.record.view.reason == nil && change.attemptReason == nil && change.due == nil)
    }

    @Test("a settlement that a person let count is not raised again when it is repeated")
    func repeatedAfterReview() throws {
        var record = Self.record(.thbQR, state: .succeeded, attempt: .succeeded)
        record.view.moved = Money(minor: 49_000, .thb)
        let context = Self.context(.callback, holding: nil)
        #expect(record.change(on: .succeeded(Settlement(amount: Money(minor: 49_000, .thb))), context) == nil)
        let other = record.change(on: .succeeded(Settlement(amount: Money(minor: 48_000, .thb))), context)
        #expect(try #require(other).record.view.review == "paid_short")
    }

    @Test("a payin expires only on the provider's word, after its grace")
    func expiry() throws {
        let record = Self.record(.thbQR, state: .pending, attempt: .accepted)
        let end = Self.now + .seconds(960)
        let accepted = Outcome.accepted(Acceptance())
        #expect(record.expiry(on: accepted, at: Self.now + .seconds(959), grace: .seconds(60)) == nil)
        #expect(record.expiry(on: .unknown("no answer"), at: end, grace: .seconds(60)) == nil)
        let change = try #require(record.expiry(on: accepted, at: end, grace: .seconds(60)))
        #expect(change.record.view.state == .expired && change.record.attempt?.state == .expired)
        #expect(Self.record().expiry(on: accepted, at: end, grace: .seconds(60)) == nil)
    }

    @Test("no news ever makes an open attempt of a closed one, nor leaves a terminal state but as promised")
    func property() {
        let outcomes: [Outcome] = [
            .accepted(Acceptance()), .rejected(Self.refusal), .failed(Self.refusal), .notFound, .unknown("x"),
            .succeeded(Settlement(amount: Money(minor: 50_000, .thb))), .succeeded(Settlement(amount: nil)),
            .succeeded(Settlement(amount: Money(minor: 1, .thb))),
        ]
        for state in OrderState.allCases {
            for attempt in AttemptState.allCases {
                for outcome in outcomes {
                    for hasNext in [true, false] {
                        let record = Self.record(.thbQR, state: state, attempt: attempt)
                        let context = Self.context(.callback, hasNext: hasNext, holding: nil, proof: hasNext)
                        guard let change = record.change(on: outcome, context) else { continue }
                        let next = change.record.view.state
                        let isLatePayment = state == .expired && next == .succeeded && change.record.view.late
                        #expect(!state.isTerminal || next == state || isLatePayment)
                        let reopened = !attempt.isOpen && (change.record.attempt?.state.isOpen ?? false)
                        #expect(!reopened || isLatePayment)
                        #expect(change.record.view.version == record.view.version + 1)
                        #expect(!next.isTerminal || change.due == nil || next == state)
                    }
                }
            }
        }
    }
}
