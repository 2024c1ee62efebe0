internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about breakers: how they stand, and the switch by hand.
struct BreakerRoutes: Sendable {
    let backend: Backend

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/breakers") { request throws(Problem) in
            var reader = QueryReader(request)
            try reader.finish()
            let breakers = backend.breakers()
            return Envelope.answer(capacity: 4096) { $0.value(.array(breakers.map(\.json))) }
        }
        let byAccount = "/admin/v1/accounts/{accountId}/breakers"
        table.administrative(.post, byAccount + "/open") { request throws(Problem) in
            let said = try Self.read(request)
            return try await Self.answer(said, .switchedOff) { () async throws(AdministrationError) in
                try await backend.panel.open(said.account, said.method, why: said.why, actor: said.by)
            }
        }
        table.administrative(.post, byAccount + "/reset") { request throws(Problem) in
            let said = try Self.read(request)
            return try await Self.answer(said, .closed) { () async throws(AdministrationError) in
                try await backend.panel.reset(said.account, said.method, why: said.why, actor: said.by)
                return true
            }
        }
    }

    private struct Said {
        let account: Identifier
        let method: String?
        let why: String
        let by: String
    }

    private static func read(_ request: Request) throws(Problem) -> Said {
        let account = try AdministrationRoutes.id(
            request, "accountId", .providerAccount, missing: .accountNotFound)
        var fields = FieldReader(try BodyReader.read(request))
        let method = fields.text("paymentMethodId", .line(1...40))
        let why = fields.text("why", .line(1...500), required: true)
        let by = fields.text("by", .line(1...100), required: true)
        try fields.finish()
        guard let why, let by else { throw Problem(.fieldsInvalid) }
        return Said(account: account, method: method, why: why, by: by)
    }

    /// - Parameter make: says whether something changed.
    private static func answer(
        _ said: Said, _ state: BreakerReport.State, _ make: () async throws(AdministrationError) -> Bool
    ) async throws(Problem) -> Response {
        try await AdministrationRoutes.answer(missing: .accountNotFound) {
            () async throws(AdministrationError) in
            [
                "changed": .bool(try await make()),
                "accountId": .string(said.account.text(.providerAccount)),
                "paymentMethodId": said.method.map(JSON.string) ?? .null, "state": .string(state.rawValue),
            ]
        }
    }
}
