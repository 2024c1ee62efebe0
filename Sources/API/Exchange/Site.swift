public import Core
internal import Cryptography
public import Logging
public import Orchestration

/// What every router of a process shares: who we are, what is told of us, and what is remembered of callers.
public struct Site: Sendable {
    /// Of this program, as `/health` tells it.
    public let version: String
    /// When the process began to serve.
    public let startedAt: Timestamp
    /// The contract, as `/openapi.yaml` serves it; empty where it was not found at the start.
    public let contract: [UInt8]

    /// Whose X-Forwarded-For is believed.
    let trustedProxies: [AddressRange]
    /// What opens the admin API; nil where it is off. A digest, so that comparing takes one time for every length.
    let adminKeyDigest: [UInt8]?
    let log: Log
    let meters: MeterBoard
    let orders: OrderMeter
    let signIns: SignInLimiter

    /// A site.
    ///
    /// - Parameters:
    ///   - contract: the bytes of `openapi.yaml`.
    ///   - adminKey: the admin API's key; nil or empty switches it off.
    ///   - trustedProxies: the reverse proxies that say where a request comes from.
    ///   - log: where the operator reads why a call failed.
    public init(
        version: String, startedAt: Timestamp, contract: [UInt8], adminKey: String?,
        trustedProxies: [AddressRange] = [], log: Log = .none
    ) {
        self.log = log
        self.version = version
        self.startedAt = startedAt
        self.contract = contract
        self.trustedProxies = trustedProxies
        adminKeyDigest = adminKey.flatMap { $0.isEmpty ? nil : Digest.sha256(Array($0.utf8)) }
        meters = MeterBoard()
        orders = OrderMeter()
        signIns = SignInLimiter()
    }

    /// Whether a text is the admin key.
    func isAdminKey(_ text: String) -> Bool {
        guard let adminKeyDigest else { return false }
        return constantTimeEquals(Digest.sha256(Array(text.utf8)), adminKeyDigest)
    }
}
