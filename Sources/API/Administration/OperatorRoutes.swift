internal import Connectors
internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about orders of all merchants, and the records behind them.
struct OperatorRoutes: Sendable {
    let backend: Backend

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/orders") { request throws(Problem) in try await list(request) }
        let byId = "/admin/v1/orders/{txnId}"
        table.administrative(.get, byId) { request throws(Problem) in try await fetch(request) }
        table.administrative(.get, byId + "/events") { request throws(Problem) in try await events(request) }
        table.administrative(.post, byId + "/resolve") { request throws(Problem) in try await resolve(request)
        }
        table.administrative(.get, "/admin/v1/payments") { request throws(Problem) in try await find(request)
        }
        table.administrative(.get, "/admin/v1/audit-log") { request throws(Problem) in
            try await page(request, backend.auditLog)
        }
        table.administrative(.get, "/admin/v1/callbacks/unmatched") { request throws(Problem) in
            try await page(request, backend.unmatchedCallbacks)
        }
    }

    private func list(_ request: Request) async throws(Problem) -> Response {
        let query = try OrderQueryReader.read(request, merchant: nil)
        do throws(OrderError) {
            let page = try await backend.list(query)
            return Envelope.answer(capacity: 1024 * (page.orders.count + 1)) { writer in
                writer.beginObject()
                writer.key("data")
                writer.beginArray()
                for order in page.orders { writer.operatorOrder(order, backend.links) }
                writer.endArray()
                writer.member("hasMore", page.hasMore)
                writer.endObject()
            }
        } catch {
            throw Problem(from: error)
        }
    }

    private func fetch(_ request: Request) async throws(Problem) -> Response {
        var reader = QueryReader(request)
        let refresh = reader.flag("refresh") ?? false
        try reader.finish()
        let id = try OrderRoutes.id(request)
        do throws(OrderError) {
            let order = try await backend.fetch(id, nil, refresh)
            return Envelope.answer { $0.operatorOrder(order, backend.links) }
        } catch {
            throw Problem(from: error)
        }
    }

    private func events(_ request: Request) async throws(Problem) -> Response {
        let id = try OrderRoutes.id(request)
        do throws(OrderError) {
            let events = try await backend.events(id, nil)
            return Envelope.answer { $0.events(events) }
        } catch {
            throw Problem(from: error)
        }
    }

    /// Finds a payment that somebody claims to have made, at its provider.
    private func find(_ request: Request) async throws(Problem) -> Response {
        var reader = QueryReader(request)
        let hash = reader.text("hash")
        if hash == nil { reader.fault("hash", "is missing: the payment's number at the provider") }
        let account = reader.choice("accountId", "an account's id") { Identifier($0, .providerAccount) }
        let text = reader.text("amount")
        let currency = reader.choice("currency", "a currency's code") { Currency(code: $0) }
        var amount: Money?
        if let text, let currency {
            amount = try? Money(decimal: text, currency)
            if amount == nil {
                reader.fault("amount", "must be a number with at most \(currency.exponent) decimals")
            }
        } else if (text == nil) != (currency == nil) {
            reader.fault(text == nil ? "amount" : "currency", "is missing: amount and currency go together")
        }
        try reader.finish()
        guard let hash else { throw Problem(.queryInvalid) }
        do throws(AdministrationError) {
            let finding = try await backend.find(hash, amount, account)
            return Envelope.answer { writer in
                writer.beginObject()
                for (name, value) in finding.payment.json(account: finding.account).members {
                    writer.key(name)
                    writer.value(value)
                }
                writer.key("orders")
                writer.beginArray()
                for order in finding.orders { writer.operatorOrder(order, backend.links) }
                writer.endArray()
                writer.endObject()
            }
        } catch {
            guard case .invalid(let problems) = error else {
                let isAccount = account.map { backend.directory().account($0) == nil } ?? false
                throw Problem(from: error, missing: isAccount ? .accountNotFound : .paymentNotFound)
            }
            throw Problem(
                .queryInvalid,
                faults: problems.map {
                    .init(place: .query(String($0.pointer.dropFirst())), detail: $0.detail)
                })
        }
    }

    /// Ends a review by a person's decision.
    private func resolve(_ request: Request) async throws(Problem) -> Response {
        let id = try OrderRoutes.id(request)
        var fields = FieldReader(try BodyReader.read(request))
        let outcome = fields.value("outcome", required: true)
        let resolution = outcome?.stringValue.flatMap(Resolution.init(rawValue:))
        if outcome != nil, resolution == nil {
            fields.fault(
                "outcome", "must be one of: " + Resolution.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let why = fields.text("why", .line(1...500), required: true)
        let actor = fields.text("by", .line(1...100), required: true)
        try fields.finish()
        guard let resolution, let why, let actor else { throw Problem(.fieldsInvalid) }
        do throws(OrderError) {
            let order = try await backend.resolve(id, resolution, actor, why)
            return Envelope.answer { $0.operatorOrder(order, backend.links) }
        } catch {
            throw Problem(from: error)
        }
    }

    private func page(
        _ request: Request, _ read: (_ before: Int64?, _ limit: Int) async throws(OrderError) -> [JSON]
    ) async throws(Problem) -> Response {
        var reader = QueryReader(request)
        let limit = reader.integer("limit", 1...100) ?? 20
        let before = reader.integer("before", 1...Int.max).map(Int64.init)
        try reader.finish()
        do throws(OrderError) {
            let rows = try await read(before, limit + 1)
            return Envelope.answer(capacity: 256 * (rows.count + 1)) { writer in
                writer.value([
                    "data": .array(Array(rows.prefix(limit))), "hasMore": .bool(rows.count > limit),
                ])
            }
        } catch {
            throw Problem(from: error)
        }
    }
}

extension JSONWriter {
    /// Writes an order with what only the operator sees.
    fileprivate mutating func operatorOrder(_ order: OrderView, _ links: PaymentLinks) {
        beginObject()
        orderMembers(order, links)
        member("merchantId", order.merchant.text(.merchant))
        member("appId", order.app.text(.app))
        member("accountId", order.account?.text(.providerAccount))
        member("attemptReference", order.attemptReference)
        member("attempts", order.attempts)
        member("version", order.version)
        endObject()
    }
}
