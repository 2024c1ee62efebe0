internal import Core
internal import HTTP
internal import Orchestration
internal import QRCode

/// An order's QR code as a picture, for apps that draw their own page.
struct QRCodeRoute: Sendable {
    let backend: Backend

    /// Adds the route.
    func add(to table: inout RouteTable) {
        table.signedIn(.get, "/v1/transaction/txnId/{txnId}/qr.svg", form: .svg) { call throws(Problem) in
            try await draw(call)
        }
    }

    private func draw(_ call: Call) async throws(Problem) -> Response {
        let id = try OrderRoutes.id(call.request)
        let order: OrderView
        do throws(OrderError) {
            order = try await backend.fetch(id, call.app.merchant, false)
        } catch {
            throw Problem(from: error)
        }
        guard let symbol = Self.symbol(of: order) else {
            throw Problem(.notFound, "The transaction has no QR code.")
        }
        let amount = order.payable ?? order.amount
        let svg = symbol.svg(
            title: "QR code", description: "To pay \(amount.decimal) \(amount.currency.code).")
        return Response(
            status: 200, contentType: "image/svg+xml", body: Array(svg.utf8), headers: CommonHeaders.secret)
    }

    /// The symbol of an order's QR text. Nil without one, and for a text that no symbol holds.
    static func symbol(of order: OrderView) -> QRCode? {
        guard let text = order.artefact?.qrCode else { return nil }
        return (try? QRCode(text, level: .medium)) ?? (try? QRCode(text, level: .low))
    }
}
