internal import Core
internal import Cryptography
internal import HTTP
internal import JSON
internal import Orchestration

/// Signing in and staying signed in.
struct AuthenticationRoutes: Sendable {
    let site: Site
    let backend: Backend

    private static let key = TextRule.printable(1...256)

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.open(.post, "/v1/auth/generate-token/{appId}") { request throws(Problem) in
            try await signIn(request)
        }
        table.open(.post, "/v1/auth/refresh-token") { request throws(Problem) in try await refresh(request) }
    }

    private func signIn(_ request: Request) async throws(Problem) -> Response {
        var fields = FieldReader(try BodyReader.read(request))
        let accessKey = fields.text("accessKey", Self.key, required: true)
        let secretKey = fields.text("secretKey", Self.key, required: true)
        try fields.finish()
        guard let accessKey, let secretKey else { throw Problem(.fieldsInvalid) }
        let app = request.parameters["appId"].flatMap { Identifier($0, .app) }
        return try await limited(request, app) { () async throws(CredentialsError) -> SignIn in
            // What is no app's id is answered like an app that is not there.
            guard let app else { throw .wrongKeys }
            return try await backend.signIn(app, accessKey, secretKey)
        }
    }

    /// The keys may come along, as KS Pay's clients send them: then they must be the app's.
    private func refresh(_ request: Request) async throws(Problem) -> Response {
        guard let field = request.headers["authorization"] else { throw Problem(.refreshTokenMissing) }
        var fields = FieldReader(try BodyReader.readIfPresent(request))
        let accessKey = fields.text("accessKey", Self.key)
        let secretKey = fields.text("secretKey", Self.key)
        if accessKey == nil, secretKey != nil { fields.fault("accessKey", "is missing beside secretKey") }
        if secretKey == nil, accessKey != nil { fields.fault("secretKey", "is missing beside accessKey") }
        try fields.finish()
        let token = Authenticator.bearer(field) ?? field
        return try await limited(request, nil) { () async throws(CredentialsError) -> SignIn in
            guard let accessKey, let secretKey else { return try await backend.refresh(token) }
            // Before the token is used up by somebody who cannot have it.
            guard let owner = owner(accessKey, secretKey) else { throw .wrongKeys }
            let session = try await backend.refresh(token)
            guard session.app.id == owner.id else { throw .wrongKeys }
            return session
        }
    }

    private func owner(_ accessKey: String, _ secretKey: String) -> App? {
        let (access, secret) = (Digest.sha256(Array(accessKey.utf8)), Digest.sha256(Array(secretKey.utf8)))
        return backend.directory().apps.values.first { app in
            constantTimeEquals(app.accessKeyHash, access) && constantTimeEquals(app.secretKeyHash, secret)
        }
    }

    private func limited(
        _ request: Request, _ app: Identifier?, _ attempt: () async throws(CredentialsError) -> SignIn
    ) async throws(Problem) -> Response {
        let address = site.client(of: request).site
        if let wait = site.signIns.begin(from: address, for: app, at: backend.now()) {
            var problem = Problem(.tooManyAttempts)
            problem.retryAfter = wait
            throw problem
        }
        do throws(CredentialsError) {
            let session = try await attempt()
            site.signIns.succeeded(from: address, for: app)
            return Self.answer(session)
        } catch {
            // What says nothing of the keys is no guess.
            if error == .unavailable || error == .disabled { site.signIns.forgive(from: address, for: app) }
            throw Problem(from: error)
        }
    }

    private static func answer(_ session: SignIn) -> Response {
        Envelope.answer(201) { writer in
            writer.beginObject()
            writer.member("accessToken", session.accessToken)
            writer.member("refreshToken", session.refreshToken)
            writer.member("tokenType", "Bearer")
            writer.member("expiresIn", AccessTokens.lifetime.components.seconds)
            writer.endObject()
        }
    }
}
