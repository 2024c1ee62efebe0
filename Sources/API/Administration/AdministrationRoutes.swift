internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about merchants, apps and documents.
struct AdministrationRoutes: Sendable {
    let administration: Administration

    /// Who is written down as having made a change: the key is one, whoever holds it.
    static let actor = "admin-api"

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        addMerchants(to: &table)
        addApps(to: &table)
        table.administrative(.post, "/admin/v1/apply") { request throws(Problem) in
            var reader = QueryReader(request)
            let dryRun = reader.flag("dryRun") ?? false
            try reader.finish()
            let document = try BodyReader.document(request)
            return try await Self.answer { () async throws(AdministrationError) in
                try await administration.apply(document, dryRun: dryRun, actor: Self.actor).json
            }
        }
    }

    private func addMerchants(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/merchants") { _ throws(Problem) in
            try await Self.answer { () async throws(AdministrationError) in
                .array(try await administration.merchants().map(\.json))
            }
        }
        table.administrative(.post, "/admin/v1/merchants") { request throws(Problem) in
            let form = try BodyReader.document(request)
            return try await Self.answer(201) { () async throws(AdministrationError) in
                try await administration.createMerchant(form, actor: Self.actor).json
            }
        }
        let byId = "/admin/v1/merchants/{merchantId}"
        table.administrative(.get, byId) { request throws(Problem) in
            let id = try Self.merchant(request)
            return try await Self.answer(missing: .merchantNotFound) { () async throws(AdministrationError) in
                try await administration.merchant(id).json
            }
        }
        table.administrative(.patch, byId) { request throws(Problem) in
            let id = try Self.merchant(request)
            let form = try BodyReader.document(request)
            return try await Self.answer(missing: .merchantNotFound) { () async throws(AdministrationError) in
                try await administration.updateMerchant(id, form, actor: Self.actor).json
            }
        }
    }

    private func addApps(to table: inout RouteTable) {
        table.administrative(.post, "/admin/v1/merchants/{merchantId}/apps") { request throws(Problem) in
            let merchant = try Self.merchant(request)
            let form = try BodyReader.document(request)
            return try await Self.answer(201, missing: .merchantNotFound) {
                () async throws(AdministrationError) in
                let (app, keys) = try await administration.createApp(of: merchant, form, actor: Self.actor)
                return ["app": app.json, "keys": keys?.json ?? .null]
            }
        }
        table.administrative(.get, "/admin/v1/apps") { request throws(Problem) in
            var reader = QueryReader(request)
            let merchant = reader.choice("merchantId", "a merchant's id") { Identifier($0, .merchant) }
            try reader.finish()
            return try await Self.answer { () async throws(AdministrationError) in
                .array(try await administration.apps(of: merchant).map(\.json))
            }
        }
        let byId = "/admin/v1/apps/{appId}"
        table.administrative(.get, byId) { request throws(Problem) in
            let id = try Self.app(request)
            return try await Self.answer(missing: .appNotFound) { () async throws(AdministrationError) in
                try await administration.app(id).json
            }
        }
        table.administrative(.patch, byId) { request throws(Problem) in
            let id = try Self.app(request)
            let form = try BodyReader.document(request)
            return try await Self.answer(missing: .appNotFound) { () async throws(AdministrationError) in
                try await administration.updateApp(id, form, actor: Self.actor).json
            }
        }
        table.administrative(.post, byId + "/rotate-keys") { request throws(Problem) in
            let id = try Self.app(request)
            return try await Self.answer(missing: .appNotFound) { () async throws(AdministrationError) in
                try await administration.rotateKeys(of: id, actor: Self.actor).json
            }
        }
    }

    // MARK: Answering

    /// Answers with what `make` makes.
    ///
    /// - Parameter missing: what "not found" is about.
    static func answer(
        _ status: Int = 200, missing: ErrorCode = .notFound,
        _ make: () async throws(AdministrationError) -> JSON
    ) async throws(Problem) -> Response {
        do throws(AdministrationError) {
            let result = try await make()
            return Envelope.answer(status, capacity: 4096) { $0.value(result) }
        } catch {
            throw Problem(from: error, missing: missing)
        }
    }

    private static func merchant(_ request: Request) throws(Problem) -> Identifier {
        try id(request, "merchantId", .merchant, missing: .merchantNotFound)
    }

    private static func app(_ request: Request) throws(Problem) -> Identifier {
        try id(request, "appId", .app, missing: .appNotFound)
    }

    /// An id out of the path. What is none is nobody's.
    static func id(
        _ request: Request, _ name: String, _ kind: Identifier.Kind, missing: ErrorCode
    ) throws(Problem) -> Identifier {
        guard let id = request.parameters[name].flatMap({ Identifier($0, kind) }) else {
            throw Problem(missing, faults: [.init(place: .path(name), detail: "is no id of this kind")])
        }
        return id
    }
}
