internal import Connectors
internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about provider accounts, and what their connectors want to know.
struct AccountRoutes: Sendable {
    let administration: Administration

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/connectors") { _ throws(Problem) in
            Envelope.answer(capacity: 8192) { writer in
                writer.value(.array(ConnectorRegistry.all.map { ConnectorSchema.json($0.descriptor) }))
            }
        }
        table.administrative(.get, "/admin/v1/accounts") { _ throws(Problem) in
            try await AdministrationRoutes.answer { () async throws(AdministrationError) in
                .array(try await administration.accounts().map(\.json))
            }
        }
        table.administrative(.post, "/admin/v1/accounts") { request throws(Problem) in
            let form = try BodyReader.document(request)
            return try await AdministrationRoutes.answer(201) { () async throws(AdministrationError) in
                try await administration.createAccount(form, actor: AdministrationRoutes.actor).json
            }
        }
        let byId = "/admin/v1/accounts/{accountId}"
        table.administrative(.get, byId) { request throws(Problem) in
            let id = try Self.account(request)
            return try await AdministrationRoutes.answer(missing: .accountNotFound) {
                () async throws(AdministrationError) in try await administration.account(id).json
            }
        }
        table.administrative(.patch, byId) { request throws(Problem) in
            try await update(request, BodyReader.document(request))
        }
        table.administrative(.post, byId + "/enable") { request throws(Problem) in
            try await update(request, ["enabled": true])
        }
        table.administrative(.post, byId + "/disable") { request throws(Problem) in
            try await update(request, ["enabled": false])
        }
    }

    private func update(_ request: Request, _ form: JSON) async throws(Problem) -> Response {
        let id = try Self.account(request)
        return try await AdministrationRoutes.answer(missing: .accountNotFound) {
            () async throws(AdministrationError) in
            try await administration.updateAccount(id, form, actor: AdministrationRoutes.actor).json
        }
    }

    private static func account(_ request: Request) throws(Problem) -> Identifier {
        try AdministrationRoutes.id(request, "accountId", .providerAccount, missing: .accountNotFound)
    }
}
