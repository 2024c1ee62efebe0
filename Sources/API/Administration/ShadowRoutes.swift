internal import Connectors
internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// The operator's calls about the shadow: rules that are asked beside those in force.
struct ShadowRoutes: Sendable {
    let rules: RuleBook

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.administrative(.get, "/admin/v1/rules/shadow") { request throws(Problem) in
            var reader = QueryReader(request)
            try reader.finish()
            return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
                try await rules.shadow()
            }
        }
        table.administrative(.post, "/admin/v1/rules/shadow") { request throws(Problem) in
            try await start(request)
        }
        table.administrative(.post, "/admin/v1/rules/shadow/stop") { request throws(Problem) in
            var fields = FieldReader(try BodyReader.read(request))
            let why = fields.text("why", .line(1...500)) ?? ""
            let actor = fields.text("by", .line(1...100), required: true)
            try fields.finish()
            guard let actor else { throw Problem(.fieldsInvalid) }
            return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
                try await rules.stopShadow(why: why, actor: actor)
            }
        }
    }

    private func start(_ request: Request) async throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let document = fields.value("document", required: true)
        let share = fields.integer("share", 1...100, required: true)
        let why = fields.text("why", .line(1...500)) ?? ""
        let actor = fields.text("by", .line(1...100), required: true)
        try fields.finish()
        guard let document, let share, let actor else { throw Problem(.fieldsInvalid) }
        return try await AdministrationRoutes.answer { () async throws(AdministrationError) in
            try await rules.startShadow(document, share: Int(share), why: why, actor: actor)
        }
    }
}
