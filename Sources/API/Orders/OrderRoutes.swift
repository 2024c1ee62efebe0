internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The calls that make, show and end orders; the paths say `transaction`.
struct OrderRoutes: Sendable {
    let site: Site
    let backend: Backend
    let authenticator: Authenticator

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        let byId = "/v1/transaction/txnId/{txnId}"
        table.open(.post, "/v1/transaction/initiate", within: RouteTable.patient) { request throws(Problem) in
            try await initiate(request)
        }
        table.open(.post, "/v1/transaction/process", within: RouteTable.patient) { request throws(Problem) in
            try await process(request)
        }
        table.signedIn(.post, "/v1/transaction", within: RouteTable.patient) { call throws(Problem) in
            try await create(call.request, BodyReader.read(call.request), app: call.app)
        }
        table.signedIn(.get, "/v1/transaction") { call throws(Problem) in try await list(call) }
        table.signedIn(.get, byId, within: RouteTable.patient) { call throws(Problem) in try await fetch(call)
        }
        table.signedIn(.post, byId + "/cancel", within: RouteTable.patient) { call throws(Problem) in
            try await cancel(call)
        }
        table.signedIn(.get, byId + "/events") { call throws(Problem) in try await events(call) }
    }

    // MARK: Making

    /// A quote; or, with the body's signature in `x-signature`, all of it at once.
    private func initiate(_ request: Request) async throws(Problem) -> Response {
        if let signature = request.headers["x-signature"] {
            let body = try BodyReader.read(request)
            return try await create(request, body, app: signer(request, body, signature))
        }
        let call = try authenticator.call(request)
        let body = try BodyReader.read(request)
        return try await make(request, body, app: call.app, quoted: true, backend.initiate)
    }

    private func create(_ request: Request, _ body: BodyFields, app: App) async throws(Problem) -> Response {
        try await make(request, body, app: app, quoted: false, backend.create)
    }

    private func make(
        _ request: Request, _ body: BodyFields, app: App, quoted: Bool,
        _ make: (OrderDraft, IdempotencyClaim?) async throws(OrderError) -> Creation
    ) async throws(Problem) -> Response {
        let claim = try IdempotencyKey.claim(request, body, app: app)
        var reader = OrderDraftReader(body, app: app, now: backend.now())
        let draft: OrderDraft
        do throws(Problem) {
            draft = try reader.read()
        } catch {
            guard let earlier = try await replay(claim) else { throw error }
            return try await answer(earlier, claim, quoted: quoted)
        }
        let creation: Creation
        do throws(OrderError) {
            creation = try await make(draft, claim)
        } catch {
            throw Problem(from: error)
        }
        return try await answer(creation, claim, quoted: quoted)
    }

    /// What was right when it came first may be wrong by now, an `expiresAt` for one: a known key gets the first answer.
    private func replay(_ claim: IdempotencyClaim?) async throws(Problem) -> Creation? {
        guard let claim else { return nil }
        do throws(OrderError) {
            return try await backend.earlier(claim)
        } catch {
            throw Problem(from: error)
        }
    }

    /// Whose signature it is: the app of the access token where there is one, else the one that the body names.
    private func signer(_ request: Request, _ body: BodyFields, _ signature: String) throws(Problem) -> App {
        let directory = backend.directory()
        var app: App?
        if request.headers["authorization"] != nil {
            app = try authenticator.call(request).app
        } else if let id = body.object["appId"]?.stringValue.flatMap({ Identifier($0, .app) }) {
            app = directory.apps[id]
        } else {
            throw Problem(
                .signatureInvalid, "The body does not say whose signature it is.",
                faults: [
                    .init(
                        place: .body("/appId"), detail: "must be the app's id where there is no access token")
                ])
        }
        guard let app, let key = directory.signingKeys[app.id],
            SigningKey.verify(signature, of: request.body, key: key)
        else { throw Problem(.signatureInvalid) }
        return try authenticator.caller(app.id)
    }

    private func answer(
        _ creation: Creation, _ claim: IdempotencyClaim?, quoted: Bool
    ) async throws(Problem) -> Response {
        switch creation {
        case .replay(let status, let body):
            return Response(
                status: status, contentType: "application/json", body: body, headers: CommonHeaders.replayed)
        case .order(let order):
            site.orders.count(order)
            let response = quoted ? quote(order) : Envelope.answer(201) { $0.order(order, backend.links) }
            if let claim {
                do throws(OrderError) {
                    try await backend.remember(claim, response.status, response.body)
                } catch {
                    throw Problem(from: error)
                }
            }
            return response
        }
    }

    /// The order with the signature that executes it.
    private func quote(_ order: OrderView) -> Response {
        Envelope.answer(201) { writer in
            writer.beginObject()
            writer.orderMembers(order, backend.links)
            if let expiresAt = order.expiresAt {
                let quote = QuoteSignature.Quote(order: order.id, app: order.app, expiresAt: expiresAt)
                writer.member("signature", QuoteSignature.make(quote, key: backend.quoteKey))
            } else {
                writer.key("signature")
                writer.null()
            }
            writer.endObject()
        }
    }

    /// The signature alone says which quote and whose; an access token beside it must be the same merchant's.
    private func process(_ request: Request) async throws(Problem) -> Response {
        guard let signature = request.headers["x-signature"] else { throw Problem(.signatureMissing) }
        let quote = try QuoteSignature.verify(signature, key: backend.quoteKey, at: backend.now())
        let app = try authenticator.caller(quote.app)
        if request.headers["authorization"] != nil {
            let bearer = try authenticator.call(request).app
            guard bearer.merchant == app.merchant else { throw Problem(.orderNotFound) }
        }
        do throws(OrderError) {
            let order = try await backend.process(quote.order, app.merchant)
            site.orders.count(order)
            return Envelope.answer(201) { $0.order(order, backend.links) }
        } catch {
            var problem = Problem(from: error)
            problem.transaction = quote.order
            throw problem
        }
    }

    // MARK: Showing

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try OrderQueryReader.read(call.request, merchant: call.app.merchant)
        do throws(OrderError) {
            let page = try await backend.list(query)
            return Envelope.answer(capacity: 1024 * (page.orders.count + 1)) { $0.page(page, backend.links) }
        } catch {
            throw Problem(from: error)
        }
    }

    private func fetch(_ call: Call) async throws(Problem) -> Response {
        var reader = QueryReader(call.request)
        let refresh = reader.flag("refresh") ?? false
        try reader.finish()
        let id = try Self.id(call.request)
        do throws(OrderError) {
            let order = try await backend.fetch(id, call.app.merchant, refresh)
            return Envelope.answer { $0.order(order, backend.links) }
        } catch {
            throw Problem(from: error)
        }
    }

    private func events(_ call: Call) async throws(Problem) -> Response {
        let id = try Self.id(call.request)
        do throws(OrderError) {
            let events = try await backend.events(id, call.app.merchant)
            return Envelope.answer { $0.events(events) }
        } catch {
            throw Problem(from: error)
        }
    }

    // MARK: Ending

    private func cancel(_ call: Call) async throws(Problem) -> Response {
        let id = try Self.id(call.request)
        do throws(OrderError) {
            let order = try await backend.cancel(id, call.app.merchant)
            site.orders.count(order)
            return Envelope.answer { $0.order(order, backend.links) }
        } catch {
            throw Problem(from: error)
        }
    }

    /// The path's order. What is no id is nobody's order.
    static func id(_ request: Request) throws(Problem) -> Identifier {
        guard let id = request.parameters["txnId"].flatMap({ Identifier($0, .transaction) }) else {
            throw Problem(
                .orderNotFound, faults: [.init(place: .path("txnId"), detail: "is no transaction's id")])
        }
        return id
    }
}

extension JSONWriter {
    /// Writes a page of orders.
    mutating func page(_ page: OrderPage, _ links: PaymentLinks) {
        beginObject()
        key("data")
        beginArray()
        for order in page.orders { self.order(order, links) }
        endArray()
        member("hasMore", page.hasMore)
        endObject()
    }

    /// Writes an order's history.
    mutating func events(_ events: [OrderEvent]) {
        beginArray()
        for event in events { self.event(event) }
        endArray()
    }
}
