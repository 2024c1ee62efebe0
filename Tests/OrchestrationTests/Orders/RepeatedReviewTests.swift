import Core
import Testing

@testable import Orchestration

@Suite("A review that stands already")
struct RepeatedReviewTests {
    private func paid(_ minor: Int64) -> Outcome { .succeeded(Settlement(amount: Money(minor: minor, .thb))) }

    @Test("asking again about a payment of another amount adds nothing to the history")
    func repeated() throws {
        let record = OrderChangeTests.record(.thbQR, state: .pending, attempt: .accepted, payable: 49_999)
        let first = try #require(
            record.change(on: paid(40_000), OrderChangeTests.context(.callback, holding: nil)))
        #expect(first.record.view.review == ReviewReason.paidShort.rawValue)
        #expect(first.record.change(on: paid(40_000), OrderChangeTests.context(.query)) == nil)
        let more = try #require(first.record.change(on: paid(45_000), OrderChangeTests.context(.query)))
        #expect(more.record.view.moved == Money(minor: 45_000, .thb))
    }

    @Test("the exact amount still ends it")
    func exact() throws {
        let record = OrderChangeTests.record(
            .thbQR, state: .pending, attempt: .accepted, payable: 49_999,
            review: ReviewReason.paidShort.rawValue)
        let change = try #require(record.change(on: paid(49_999), OrderChangeTests.context(.query)))
        #expect(change.record.view.state == .succeeded)
    }

    @Test("until the payer has been shown something, the newest word on what is to be paid holds")
    func payable() throws {
        var record = OrderChangeTests.record(.thbQR, attempt: .unknown)
        let found = Outcome.accepted(Acceptance(payable: Money(minor: 49_999, .thb)))
        record = try #require(record.change(on: found, OrderChangeTests.context(.query))).record
        #expect(record.view.payable?.minor == 49_999)
        var artefact = Artefact()
        artefact.qrCode = "000201"
        let shown = Outcome.accepted(Acceptance(payable: Money(minor: 49_998, .thb), artefact: artefact))
        record = try #require(record.change(on: shown, OrderChangeTests.context())).record
        #expect(record.view.payable?.minor == 49_998)
        #expect(record.change(on: found, OrderChangeTests.context(.query)) == nil)
    }
}
