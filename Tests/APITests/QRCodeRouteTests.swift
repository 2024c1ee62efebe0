import Core
import HTTP
import JSON
import QRCode
import Synchronization
import Testing

@testable import API
@testable import Orchestration

@Suite("The QR code as a picture")
struct QRCodeRouteTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    /// An order with something to show, and the path of its picture.
    private func made(_ change: (inout OrderView) -> Void) async throws -> String {
        let id = try #require(
            try await harness.post("/v1/transaction", Harness.body()).result["txnId"]?.stringValue)
        harness.world.state.withLock { change(&$0.orders[0]) }
        return "/v1/transaction/txnId/\(id)/qr.svg"
    }

    private static func shows(_ text: String) -> (inout OrderView) -> Void {
        { order in
            var artefact = Artefact()
            artefact.qrCode = text
            order.artefact = artefact
        }
    }

    @Test("is drawn for its own merchant")
    func picture() async throws {
        let answer = try await harness.ask(.get, made(Self.shows("00020101021229")))
        #expect(answer.status == 200)
        #expect(answer.response.contentType == "image/svg+xml")
        #expect(answer.header("Cache-Control") == "no-store")
        let expected = try QRCode("00020101021229").svg(
            title: "QR code", description: "To pay 1000.00 THB.")
        #expect(String(decoding: answer.response.body, as: UTF8.self) == expected)
    }

    @Test("is 404 where there is none, where no symbol holds it, and for another merchant")
    func none() async throws {
        let path = try await made { _ in }
        #expect(try await harness.ask(.get, path).code == "not_found")
        let long = String(repeating: "a", count: 2954)
        harness.world.state.withLock { Self.shows(long)(&$0.orders[0]) }
        #expect(try await harness.ask(.get, path).status == 404)
        harness.world.state.withLock { Self.shows(String(long.dropLast()))(&$0.orders[0]) }
        #expect(try await harness.ask(.get, path).status == 200)
        harness.world.state.withLock { $0.orders[0].merchant = Identifier(high: 1, low: 1) }
        #expect(try await harness.ask(.get, path).code == "order_not_found")
        #expect(try await harness.ask(.get, path, token: false).status == 401)
    }

    @Test(
        "goes to who takes pictures",
        arguments: [
            ("image/svg+xml", 200), ("image/*", 200), ("*/*", 200), ("text/html, image/svg+xml;q=0.1", 200),
            ("application/json", 406), ("image/png", 406), ("image/svg+xml;q=0, */*", 406),
        ])
    func negotiation(_ accept: String, _ status: Int) async throws {
        let path = try await made(Self.shows("1"))
        #expect(try await harness.ask(.get, path, headers: [("Accept", accept)]).status == status)
    }
}
