internal import Core
internal import Cryptography
internal import JSON

/// KESS's access token (seed: "Before you can access our API gateway").
struct KESSSession: SessionSource {
    let settings: KESSSettings

    /// How long before its end a new token is asked for.
    private static let margin: Int64 = 60

    var identity: [UInt8] {
        let parts = [
            settings.baseURL, settings.partnerID, settings.partnerSecretKey, settings.userName,
            settings.password,
        ]
        return Digest.sha256(Array(parts.joined(separator: "\n").utf8))
    }

    var configured: SessionGrant? { nil }
    var remedy: String { "the partner's credentials give a token" }

    func request(at time: Timestamp) -> ProviderRequest? {
        let body: JSON = ["user_name": .string(settings.userName), "password": .string(settings.password)]
        return ProviderRequest(
            method: "POST", url: settings.baseURL + "/token",
            headers: [
                .init("Content-Type", "application/json"), .init("Accept", "application/json"),
                .init("partner-id", settings.partnerID),
                .init("partner-secret-key", settings.partnerSecretKey),
            ],
            body: body.compact())
    }

    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant {
        if response.status == 401 {
            throw ConnectorError("the partner's credentials are refused (401)")
        }
        guard response.status == 200, let answer = try? JSON.parse(response.body).objectValue else {
            throw ConnectorError("HTTP \(response.status) without a token")
        }
        guard let token = answer.text("access_token", max: 1200),
            token.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let life = answer["expire_in"]?.int64, (1...31_536_000).contains(life)
        else { throw ConnectorError("an answer without access_token and expire_in as documented") }
        let expiresAt = time + .seconds(life)
        // One that lives hardly longer than the margin is used for half of its life.
        return SessionGrant(
            token: token, renewAt: expiresAt + (.zero - .seconds(min(Self.margin, max(1, life / 2)))),
            expiresAt: expiresAt)
    }
}
