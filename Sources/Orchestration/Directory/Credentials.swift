public import Core
internal import Cryptography
public import Postgres

/// Signs apps in with their keys, and keeps them signed in with refresh tokens: 256 random bits each, stored as hashes,
/// good for 30 days and for one use. Every use gives the next one; a token that comes a second time shows that two hold
/// it, and ends the whole family.
public struct Credentials: Sendable {
    /// How long a refresh token is good for.
    public static let refreshLifetime = Duration.seconds(30 * 86_400)
    /// Before a refresh token's random part.
    private static let prefix = "rt_"
    /// The prefix and 43 letters of base 64.
    private static let tokenBytes = 46
    /// What expired is kept for a day, so that its owner is told "expired" and not "unknown".
    private static let keptAfterExpiry = Duration.seconds(86_400)
    private static let keyBytesMax = 256

    private let directory: DirectoryHolder
    private let store: CredentialsStore
    private let tokens: AccessTokens
    private let clock: WallClock

    /// Credentials over one reactor's connections.
    public init(directory: DirectoryHolder, database: PostgresPool, vault: Vault, clock: WallClock) {
        self.directory = directory
        store = CredentialsStore(database: database)
        tokens = AccessTokens(vault)
        self.clock = clock
    }

    /// Credentials with an engine's tools.
    public init(_ engine: Engine) {
        self.init(
            directory: engine.directory, database: engine.database, vault: engine.vault, clock: engine.clock)
    }

    /// Signs an app in.
    ///
    /// - Parameter app: as the path says; the keys must be this app's.
    /// - Throws: `.wrongKeys` for an unknown app and for wrong keys alike, in the same time; `.disabled`; `.unavailable`.
    public func signIn(
        app id: Identifier, accessKey: String, secretKey: String
    ) async throws(CredentialsError) -> SignIn {
        let directory = directory.current
        guard let app = authenticated(id, accessKey, secretKey, directory) else { throw .wrongKeys }
        guard directory.caller(id) != nil else { throw .disabled }
        let now = clock.now()
        let token = Self.makeToken()
        do throws(PostgresError) {
            try await store.begin(
                family: Identifier(at: now), app: app.id, token: Self.hash(token), at: now,
                expires: now + Self.refreshLifetime)
        } catch {
            throw .unavailable
        }
        return SignIn(app: app, accessToken: tokens.issue(app, at: now), refreshToken: token)
    }

    /// Both hashes are made and compared whether the app is known or not.
    private func authenticated(
        _ id: Identifier, _ accessKey: String, _ secretKey: String, _ directory: Directory
    ) -> App? {
        guard accessKey.utf8.count <= Self.keyBytesMax, secretKey.utf8.count <= Self.keyBytesMax else {
            return nil
        }
        let nobody = [UInt8](repeating: 0, count: 32)
        let app = directory.apps[id]
        let accessMatches = constantTimeEquals(Self.hash(accessKey), app?.accessKeyHash ?? nobody)
        let secretMatches = constantTimeEquals(Self.hash(secretKey), app?.secretKeyHash ?? nobody)
        return accessMatches && secretMatches ? app : nil
    }

    /// Changes a refresh token for a new pair.
    ///
    /// - Throws: why it is no good. `.reusedToken` has revoked the family, for good, when it is thrown.
    public func refresh(_ token: String) async throws(CredentialsError) -> SignIn {
        guard token.utf8.count == Self.tokenBytes, token.hasPrefix(Self.prefix) else { throw .unknownToken }
        let now = clock.now()
        let hash = Self.hash(token)
        let next = Self.makeToken()
        let app: Identifier?
        let refusal: CredentialsError?
        do throws(PostgresError) {
            app = try await store.rotate(
                token: hash, to: Self.hash(next), at: now, expires: now + Self.refreshLifetime)
            refusal = app == nil ? try await store.explain(token: hash, at: now) : nil
        } catch {
            throw .unavailable
        }
        if let refusal { throw refusal }
        // The database took it; this process's directory may be a moment behind with a new app.
        guard let app, let known = directory.current.caller(app) else { throw .unavailable }
        return SignIn(app: known, accessToken: tokens.issue(known, at: now), refreshToken: next)
    }

    /// Drops tokens that expired over a day ago, at most 1,000 of them; to be called now and then.
    ///
    /// - Returns: how many went.
    @discardableResult
    public func forgetExpired() async throws(PostgresError) -> Int {
        try await store.forget(before: clock.now() - Self.keptAfterExpiry)
    }

    private static func makeToken() -> String { prefix + Base64.encodeURL(RandomBytes.make(32)) }

    private static func hash(_ text: String) -> [UInt8] { Digest.sha256(Array(text.utf8)) }
}

/// What a sign-in or a refresh gives.
public struct SignIn: Sendable {
    /// Who is signed in.
    public let app: App
    /// For `Authorization: Bearer`, good for `AccessTokens.lifetime`.
    public let accessToken: String
    /// For one refresh, within `Credentials.refreshLifetime`.
    public let refreshToken: String
}

/// Why nobody was signed in.
public enum CredentialsError: Error, Sendable, Hashable {
    /// No such app, or the keys are not its. 401.
    case wrongKeys
    /// The keys or the token are right, but the app or its merchant is switched off. 403.
    case disabled
    /// No refresh token that was made here. 401.
    case unknownToken
    /// Its time is over. 401.
    case expiredToken
    /// It was used before; every token of its family is revoked now. 401.
    case reusedToken
    /// Its family was revoked before. 401.
    case revokedToken
    /// The database does not answer. 503 with Retry-After.
    case unavailable
}
