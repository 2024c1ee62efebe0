internal import Core
internal import Cryptography
internal import JSON

/// Bakong's access token: a JWT of about three months, got by registration, and anew for the registered e-mail address.
struct BakongSession: SessionSource {
    let settings: BakongSettings

    /// How long before its end a new token is asked for; for one that lives shorter than ten times as long, a tenth of its life.
    private static let marginMax: Int64 = 7 * 24 * 3600

    var identity: [UInt8] {
        let parts = [settings.baseURL, settings.email ?? "", settings.token ?? ""]
        return Digest.sha256(Array(parts.joined(separator: "\n").utf8))
    }

    var configured: SessionGrant? { settings.token.map(Self.grant) }

    var remedy: String {
        "there is no good token and no e-mail address to get one with: run causeway account register, or set `token`"
    }

    /// `renew_token` needs no token itself.
    func request(at time: Timestamp) -> ProviderRequest? {
        guard let email = settings.email else { return nil }
        return settings.post("/v1/renew_token", ["email": .string(email)], needsSession: false)
    }

    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant {
        let data = try BakongAnswer(response).data()
        guard let token = data.objectValue?.text("token", max: 1200),
            token.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { throw ConnectorError("an answer without a token") }
        return Self.grant(token)
    }

    /// The token's own claims tell its life. They are not verified, and need not be: a wrong one is refused with a 401.
    static func grant(_ token: String) -> SessionGrant {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64.decodeURL(parts[1]),
            let claims = try? JSON.parse(payload).objectValue, let end = claims["exp"]?.int64,
            (1...253_402_300_799).contains(end)
        else { return SessionGrant(token: token) }
        let expiresAt = Timestamp(microseconds: end * 1_000_000)
        let life = claims["iat"]?.int64.flatMap { (0..<end).contains($0) ? end - $0 : nil }
        let margin = min(marginMax, (life ?? marginMax * 10) / 10)
        return SessionGrant(
            token: token, renewAt: expiresAt + (.zero - .seconds(margin)), expiresAt: expiresAt)
    }
}
