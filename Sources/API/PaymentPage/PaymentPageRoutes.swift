internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The page on which a payer pays, and its state for the page's script. Whoever has the address may see it; no provider is
/// asked anything on its account, and what is no token never reaches the database.
struct PaymentPageRoutes: Sendable {
    let backend: Backend

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.open(.get, "/pay/{token}", form: .any) { request throws(Problem) in await show(request) }
        table.open(.get, "/pay/{token}/state") { request throws(Problem) in try await tell(request) }
    }

    private func show(_ request: Request) async -> Response {
        let language = PageLanguage.preferred(request.headers["accept-language"])
        do throws(OrderError) {
            return Self.page(200, language, PageWriter.order(try await content(request), language))
        } catch {
            guard case .notFound = error else {
                var response = Self.page(
                    503, language, PageWriter.message(language, \.busy, tryingAgain: true))
                response.headers.append(("Retry-After", String(PageWriter.refreshSeconds)))
                return response
            }
            return Self.page(404, language, PageWriter.message(language, \.notFound))
        }
    }

    private static func page(_ status: Int, _ language: PageLanguage, _ body: [UInt8]) -> Response {
        Response(
            status: status, contentType: "text/html; charset=utf-8", body: body,
            headers: PageHeaders.fields(language))
    }

    private func tell(_ request: Request) async throws(Problem) -> Response {
        let content: PageContent
        do throws(OrderError) {
            content = try await self.content(request)
        } catch .notFound {
            throw Problem(.notFound)
        } catch {
            throw Problem(from: error)
        }
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("state", content.phase.rawValue)
        if let left = content.secondsLeft {
            writer.member("secondsLeft", left)
        } else {
            writer.key("secondsLeft")
            writer.null()
        }
        writer.member("redirect", content.returnAddress)
        writer.endObject()
        return Response(
            status: 200, contentType: "application/json", body: writer.bytes, headers: CommonHeaders.secret)
    }

    /// What the address' order shows. A wrong token, an unknown order and one that nobody pays into are the same.
    private func content(_ request: Request) async throws(OrderError) -> PageContent {
        guard let id = request.parameters["token"].flatMap(backend.links.order) else { throw .notFound }
        let order = try await backend.fetch(id, nil, false)
        guard order.method.direction == .payin,
            let merchant = backend.directory().merchants[order.merchant]
        else { throw .notFound }
        return PageContent(order, merchant: merchant.displayName, at: backend.now())
    }
}
