public import Core
internal import Cryptography
internal import JSON
internal import Synchronization

/// Makes and checks access tokens: JSON web tokens signed with HMAC-SHA256 that say which app calls. Checking one asks
/// no database; whether the app may still call is the directory's to say (`Directory.caller`).
public struct AccessTokens: Sendable {
    /// How long a token is good for: 15 minutes, since it cannot be taken back.
    public static let lifetime = Duration.seconds(900)
    /// Clocks of machines differ: a token made this far in the future is taken.
    private static let skewMax = Duration.seconds(60)
    private static let issuer = "causeway"

    private let key: HMAC.Key
    private let verified = VerifiedTokens()

    /// Tokens signed with the vault's key for them.
    public init(_ vault: Vault) { key = HMAC.Key(vault.accessTokenKey) }

    /// A token for an app, good from now on.
    public func issue(_ app: App, at now: Timestamp) -> String {
        var claims = JSONWriter()
        claims.beginObject()
        claims.member("iss", Self.issuer)
        claims.member("sub", app.id.text(.app))
        claims.member("mer", app.merchant.text(.merchant))
        claims.member("iat", now.seconds)
        claims.member("exp", (now + Self.lifetime).seconds)
        claims.endObject()
        return JWT.sign(payload: claims.bytes, key: key)
    }

    /// Who a token was made for.
    ///
    /// - Parameter text: what stands after `Bearer `; nil where there was none.
    /// - Throws: which of the four ways it is no good.
    public func verify(_ text: String?, at now: Timestamp) throws(AccessTokenError) -> AccessToken {
        guard let text, !text.isEmpty else { throw .missing }
        if let known = verified.find(text) {
            guard now < known.expiresAt else { throw .expired }
            return known
        }
        guard text.utf8.count <= 1024, text.split(separator: ".", omittingEmptySubsequences: false).count == 3
        else { throw .malformed }
        guard let payload = JWT.verify(text, key: key), let claims = try? JSON.parse(payload),
            claims["iss"]?.stringValue == Self.issuer, let subject = claims["sub"]?.stringValue,
            let app = Identifier(subject, .app), let owner = claims["mer"]?.stringValue,
            let merchant = Identifier(owner, .merchant), let issued = claims["iat"]?.int64,
            let expires = claims["exp"]?.int64
        else { throw .invalid }
        guard issued <= (now + Self.skewMax).seconds else { throw .invalid }
        guard now.seconds < expires else { throw .expired }
        let token = AccessToken(app: app, merchant: merchant, expiresAt: Timestamp(seconds: expires))
        verified.keep(token, as: text)
        return token
    }
}

/// Tokens that were found good, so that an app that calls a thousand times a second has its token checked once. Only whole
/// tokens are found: who has one needs no other.
private final class VerifiedTokens: Sendable {
    private let tokens = Mutex<[String: AccessToken]>([:])
    /// Some 300 kB.
    private static let most = 1024

    func find(_ text: String) -> AccessToken? { tokens.withLock { $0[text] } }

    func keep(_ token: AccessToken, as text: String) {
        tokens.withLock { tokens in
            // Those of apps that call often are back at once.
            if tokens.count >= Self.most { tokens.removeAll(keepingCapacity: true) }
            tokens[text] = token
        }
    }
}

/// What a good access token says.
public struct AccessToken: Sendable, Hashable {
    /// Which program calls.
    public let app: Identifier
    /// For whom.
    public let merchant: Identifier
    /// Until when it may.
    public let expiresAt: Timestamp
}

/// Why an access token is no good. All are answered with 401.
public enum AccessTokenError: Error, Sendable, Hashable {
    /// There is none.
    case missing
    /// It is no token at all.
    case malformed
    /// It was not made here, or it was altered.
    case invalid
    /// Its time is over.
    case expired
}
