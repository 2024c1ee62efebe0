import Core
import HTTP
import JSON
import Synchronization
import Testing

@testable import API
@testable import Orchestration

extension Harness {
    static let qrCode = "00020101021229370016A000000677010111011300669999999995303764540710.00"

    /// An order that can be paid, changed, and the path of its page.
    func page(_ change: (inout OrderView) -> Void = { _ in }) async throws -> String {
        let answer = try await post("/v1/transaction", Harness.body())
        let url = try #require(answer.result["checkoutUrl"]?.stringValue)
        world.state.withLock { world in
            var artefact = Artefact()
            artefact.qrCode = Self.qrCode
            world.orders[0].artefact = artefact
            change(&world.orders[0])
        }
        return String(url.dropFirst("https://causeway.example".count))
    }

    /// Changes the order after its page was made.
    func change(_ change: (inout OrderView) -> Void) { world.state.withLock { change(&$0.orders[0]) } }

    /// What a browser gets.
    func browse(_ path: String, language: String? = nil, through other: Harness? = nil) async throws -> Answer
    {
        var headers = [("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")]
        if let language { headers.append(("Accept-Language", language)) }
        return try await (other ?? self).ask(.get, path, token: false, headers: headers)
    }
}

extension Answer {
    var html: String { String(decoding: response.body, as: UTF8.self) }
}

/// An order without a router around it.
func payin(_ change: (inout OrderView) -> Void = { _ in }) -> OrderView {
    var order = OrderView(
        id: Identifier(at: Harness.now), merchant: Identifier(high: 1, low: 1),
        app: Identifier(high: 1, low: 2), referenceNumber: "order-1", method: .thbQR,
        amount: Money(minor: 100_000, .thb), state: .pending, late: false, createdAt: Harness.now,
        updatedAt: Harness.now, expiresAt: Harness.now + .seconds(900), version: 1, attempts: 1)
    var artefact = Artefact()
    artefact.qrCode = Harness.qrCode
    order.artefact = artefact
    change(&order)
    return order
}
