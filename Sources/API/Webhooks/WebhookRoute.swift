internal import Connectors
internal import Core
internal import HTTP
internal import Orchestration

/// Takes the providers' callbacks and answers in their own words.
struct WebhookRoute: Sendable {
    let site: Site
    let backend: Backend

    /// Adds the route.
    func add(to table: inout RouteTable) {
        table.open(.post, "/webhooks/{accountId}", form: .any) { request throws(Problem) in
            do throws(Problem) {
                return try await receive(request)
            } catch {
                var problem = error
                problem.note =
                    "for \(request.parameters["accountId"] ?? "nobody") from \(site.client(of: request).text)"
                throw problem
            }
        }
    }

    private func receive(_ request: Request) async throws(Problem) -> Response {
        guard let account = request.parameters["accountId"].flatMap({ Identifier($0, .providerAccount) })
        else {
            throw Problem(.accountNotFound)
        }
        let callback = CallbackRequest(
            contentType: request.contentType?.essence ?? "",
            headers: request.headers.pairs.map { ProviderRequest.Header($0.name.lowercased(), $0.value) },
            body: request.body)
        switch await backend.receive(callback, account, site.client(of: request).text) {
        case .acknowledged(let words):
            return Response(
                status: 200, contentType: words.contentType, body: words.body, headers: CommonHeaders.secret)
        case .refused(let refusal): throw Problem(from: refusal)
        case .unknownAccount: throw Problem(.accountNotFound)
        case .addressRefused: throw Problem(.callbackAddressRefused)
        case .unavailable: throw Problem(.unavailable)
        }
    }
}
