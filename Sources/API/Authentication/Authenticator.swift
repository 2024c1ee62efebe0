internal import Core
internal import HTTP
internal import Orchestration

/// Tells who is asking.
struct Authenticator: Sendable {
    let site: Site
    let backend: Backend

    /// The call of an app that sends a good access token.
    func call(_ request: Request) throws(Problem) -> Call {
        let now = backend.now()
        guard let field = request.headers["authorization"] else { throw Problem(.tokenMissing) }
        guard let text = Self.bearer(field) else {
            throw Problem(.tokenInvalid, "The Authorization field does not begin with Bearer.")
        }
        return Call(request: request, app: try app(ofToken: text, at: now), now: now)
    }

    private func app(ofToken text: String, at now: Timestamp) throws(Problem) -> App {
        let token: AccessToken
        do throws(AccessTokenError) {
            token = try backend.tokens.verify(text, at: now)
        } catch {
            switch error {
            case .missing: throw Problem(.tokenMissing)
            case .malformed: throw Problem(.tokenInvalid, "The access token is no token.")
            case .invalid: throw Problem(.tokenInvalid)
            case .expired: throw Problem(.tokenExpired)
            }
        }
        return try caller(token.app)
    }

    /// The app with this id, which has shown who it is, where it may call.
    func caller(_ id: Identifier) throws(Problem) -> App {
        guard let app = backend.directory().caller(id) else { throw Problem(.appDisabled) }
        return app
    }

    /// Lets the operator in.
    func checkOperator(_ request: Request) throws(Problem) {
        guard site.adminKeyDigest != nil else { throw Problem(.adminDisabled) }
        guard isOperator(request) else { throw Problem(.adminKeyInvalid) }
    }

    /// Whether the request bears the admin key.
    func isOperator(_ request: Request) -> Bool {
        guard let field = request.headers["authorization"], let key = Self.bearer(field) else { return false }
        return site.isAdminKey(key)
    }

    /// What stands after `Bearer` (RFC 6750; the scheme's case does not matter).
    static func bearer(_ field: String) -> String? {
        guard field.utf8.count > 7, field.prefix(7).lowercased() == "bearer " else { return nil }
        let token = field.dropFirst(7).drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }
}
