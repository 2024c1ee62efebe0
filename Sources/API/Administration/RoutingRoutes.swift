internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about routing: the rules, what they would decide, and what was decided.
struct RoutingRoutes: Sendable {
    let backend: Backend

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/rules") { request throws(Problem) in
            var reader = QueryReader(request)
            try reader.finish()
            return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
                try await backend.rules.current()?.json() ?? Self.none
            }
        }
        table.administrative(.post, "/admin/v1/rules") { request throws(Problem) in try await apply(request) }
        table.administrative(.post, "/admin/v1/rules/check") { request throws(Problem) in
            let document = try BodyReader.document(request)
            return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
                let problems = try await backend.rules.check(document)
                return [
                    "valid": .bool(problems.isEmpty),
                    "errors": .array(
                        problems.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }),
                ]
            }
        }
        table.administrative(.get, "/admin/v1/rules/history") { request throws(Problem) in
            try await history(request)
        }
        table.administrative(.post, "/admin/v1/rules/rollback") { request throws(Problem) in
            try await rollback(request)
        }
        table.administrative(.post, "/admin/v1/routing/simulate") { request throws(Problem) in
            try simulate(request)
        }
        table.administrative(.get, "/admin/v1/routing/scores") { request throws(Problem) in
            var reader = QueryReader(request)
            try reader.finish()
            let told = backend.scores()
            return Envelope.answer(capacity: 4096) { $0.value(told) }
        }
        table.administrative(.post, "/admin/v1/routing/backtest") { request throws(Problem) in
            try await backtest(request)
        }
        table.administrative(.get, "/admin/v1/orders/{txnId}/decision") { request throws(Problem) in
            let id = try OrderRoutes.id(request)
            do throws(OrderError) {
                let told = try await backend.explain(id)
                return Envelope.answer(capacity: 4096) { $0.value(told) }
            } catch { throw Problem(from: error) }
        }
    }

    /// What is in force before the first version.
    private static let none: JSON = [
        "revision": 0, "at": .null, "by": .null, "why": .null,
        "document": ["format": 1, "rules": [], "costs": []],
    ]

    private func apply(_ request: Request) async throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let document = fields.value("document", required: true)
        let revision = fields.integer("revision", 0...Int64.max)
        let why = fields.text("why", .line(1...500), required: true)
        let actor = fields.text("by", .line(1...100), required: true)
        try fields.finish()
        guard let document, let why, let actor else { throw Problem(.fieldsInvalid) }
        return try await Self.answer(at: "/document") { () async throws(AdministrationError) in
            try await backend.rules.apply(document, basedOn: revision, why: why, actor: actor)
        }
    }

    private func rollback(_ request: Request) async throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let revision = fields.integer("revision", 1...Int64.max, required: true)
        let why = fields.text("why", .line(1...500), required: true)
        let actor = fields.text("by", .line(1...100), required: true)
        try fields.finish()
        guard let revision, let why, let actor else { throw Problem(.fieldsInvalid) }
        return try await Self.answer(at: "") { () async throws(AdministrationError) in
            try await backend.rules.rollback(to: revision, why: why, actor: actor)
        }
    }

    /// Problems of a document are below the member that it came in.
    private static func answer(
        at pointer: String,
        _ make: () async throws(AdministrationError) -> (version: RuleBook.Version, isNew: Bool)
    ) async throws(Problem) -> Response {
        try await AdministrationRoutes.answer(missing: .notFound) { () async throws(AdministrationError) in
            do throws(AdministrationError) {
                let (version, isNew) = try await make()
                return ["changed": .bool(isNew), "version": version.json()]
            } catch {
                guard case .invalid(let problems) = error else { throw error }
                throw .invalid(
                    problems.map {
                        $0.pointer == "/revision"
                            ? $0 : FieldProblem(pointer: pointer + $0.pointer, detail: $0.detail)
                    })
            }
        }
    }

    private func history(_ request: Request) async throws(Problem) -> Response {
        var reader = QueryReader(request)
        let limit = reader.integer("limit", 1...100) ?? 20
        let before = reader.integer("before", 1...Int.max).map(Int64.init)
        try reader.finish()
        return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
            let versions = try await backend.rules.history(before: before, limit: limit + 1)
            return [
                "data": .array(versions.prefix(limit).map { $0.json(isWhole: false) }),
                "hasMore": .bool(versions.count > limit),
            ]
        }
    }

    private func backtest(_ request: Request) async throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let document = fields.value("rules", required: true)
        let (from, to) = (fields.requiredTime("from"), fields.requiredTime("to"))
        let progress = fields.value("continue")
        try fields.finish()
        guard let document, let from, let to else { throw Problem(.fieldsInvalid) }
        do throws(OrderError) {
            let told = try await backend.backtest(document, from, to, progress)
            return Envelope.answer(capacity: 4096) { $0.value(told) }
        } catch { throw Problem(from: error) }
    }

    private func simulate(_ request: Request) throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let described = RoutingCaseReader.read(&fields)
        try fields.finish()
        guard let described else { throw Problem(.fieldsInvalid) }
        do throws(OrderError) {
            let told = try backend.simulate(described)
            return Envelope.answer(capacity: 4096) { $0.value(told) }
        } catch { throw Problem(from: error) }
    }
}

extension FieldReader {
    fileprivate mutating func requiredTime(_ name: String) -> Timestamp? {
        value(name, required: true) == nil ? nil : time(name)
    }
}

/// Reads a described payment.
enum RoutingCaseReader {
    static func read(_ fields: inout FieldReader) -> RoutingCase? {
        let methods = PaymentMethod.allCases.map(\.rawValue).joined(separator: ", ")
        let name = fields.value("paymentMethodId", required: true)
        let method = name?.stringValue.flatMap(PaymentMethod.init(rawValue:))
        if name != nil, method == nil { fields.fault("paymentMethodId", "must be one of: \(methods)") }
        let amount = amount(&fields, method?.currency)
        let merchant = id("merchantId", .merchant, &fields)
        let app = id("appId", .app, &fields)
        let bank = fields.text("bankCode", .line(1...40))
        let customer = fields.text("customerId", .line(1...100))
        let at = fields.time("at")
        let order = id("txnId", .transaction, &fields)
        let document = fields.value("rules")
        let metadata = fields.reader("metadata").map { _ in fields.value("metadata")?.objectValue ?? [:] }
        if let metadata { fields.adopt(Metadata.faults(in: metadata, at: fields.pointer("metadata"))) }
        guard let method, let amount else { return nil }
        var described = RoutingCase(method, amount)
        (described.merchant, described.app, described.order) = (merchant, app, order)
        (described.bank, described.customer, described.at) = (bank, customer, at)
        described.document = document
        described.metadata = (metadata?.members ?? []).compactMap { key, value in
            let truth = value.boolValue.map { $0 ? "true" : "false" }
            return (value.stringValue ?? value.numberText ?? truth).map { (key, $0) }
        }
        return described
    }

    private static func amount(_ fields: inout FieldReader, _ currency: Currency?) -> Money? {
        guard let value = fields.value("amount", required: true), let currency else { return nil }
        let text = value.numberText ?? value.stringValue ?? ""
        if let amount = try? Money(decimal: text, currency), amount.minor > 0 { return amount }
        fields.fault(
            "amount", "must be a number greater than zero with at most \(currency.exponent) decimals")
        return nil
    }

    private static func id(
        _ name: String, _ kind: Identifier.Kind, _ fields: inout FieldReader
    ) -> Identifier? {
        guard let value = fields.value(name) else { return nil }
        if let id = value.stringValue.flatMap({ Identifier($0, kind) }) { return id }
        fields.fault(name, "must be an id: \(kind.rawValue)_ and 26 letters and digits")
        return nil
    }
}
