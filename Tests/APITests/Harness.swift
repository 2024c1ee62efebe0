import Core
import Cryptography
import JSON
import Logging
import Postgres
import Reactor
import Synchronization
import Testing

@testable import API
@testable import HTTP
@testable import Orchestration

/// The API over orders that live in memory, with a clock that stands still.
final class Harness: Sendable {
    let reactor: Reactor
    let router: Router
    let backend: Backend
    let site: Site
    let world: World
    let journal = Journal()
    let token: String
    let app: App
    let accessKey = "ak_test"
    let secretKey = "sk_test"
    static let now = Timestamp(seconds: 1_795_000_000)
    static let adminKey = "admin-key-for-tests"

    /// What the operator would read.
    final class Journal: LogSink {
        private let kept = Mutex<[[UInt8]]>([])
        func write(_ line: [UInt8]) { kept.withLock { $0.append(line) } }
        var lines: [JSON] { kept.withLock { $0 }.compactMap { try? JSON.parse($0.dropLast()) } }
    }

    /// What the fakes remember.
    final class World: Sendable {
        struct State {
            var orders: [OrderView] = []
            var answers: [IdempotencyClaim: (status: Int, body: [UInt8])] = [:]
            var drafts: [OrderDraft] = []
            var queries: [OrderQuery] = []
            var failure: OrderError?
            var now = Harness.now
        }
        let state = Mutex(State())

        func throwFailure() throws(OrderError) {
            if let failure = state.withLock({ $0.failure }) { throw failure }
        }
    }

    /// - Parameter merchant: what payers know the merchant by.
    init(merchant displayName: String = "Shop") throws {
        let reactor = try Reactor(name: "test")
        try reactor.start()
        self.reactor = reactor
        let world = World()
        self.world = world
        let merchant = Merchant(
            id: Identifier(at: Self.now), name: "shop", displayName: displayName, isEnabled: true)
        let app = App(
            id: Identifier(at: Self.now), merchant: merchant.id, name: "web",
            accessKeyHash: Digest.sha256(Array(accessKey.utf8)),
            secretKeyHash: Digest.sha256(Array(secretKey.utf8)),
            isEnabled: true)
        self.app = app
        let directory = Directory(
            merchants: [merchant], apps: [app], accounts: [],
            signingKeys: [app.id: SigningKey.derive(secretKey: secretKey)])
        let vault = try Vault(masterKey: [UInt8](repeating: 7, count: 32))
        token = AccessTokens(vault).issue(app, at: Self.now)
        site = Site(
            version: "0.0.0", startedAt: Self.now, contract: Array("openapi: 3.1.0\n".utf8),
            adminKey: Self.adminKey, log: Log(level: .info, sink: journal))
        backend = Self.backend(reactor, world, directory, vault, app)
        router = API.router(site, backend)
    }

    deinit { reactor.stop() }

    /// Where requests come from.
    var peerSite: PeerAddress.Site {
        PeerAddress("127.0.0.1").map(\.site) ?? PeerAddress.Site(prefix: 0, isVersion6: false)
    }

    // MARK: Asking

    /// Sends a request through the router and its handler.
    func ask(
        _ method: HTTP.Method, _ target: String, token: Bool = true,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = [], through other: Router? = nil
    ) async throws -> Answer {
        let router = other ?? self.router
        var headers = headers
        if token, !headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            headers.append(("Authorization", "Bearer \(self.token)"))
        }
        var request = try #require(Request(method: method, target: target, headers: headers, body: body))
        let response: Response
        switch router.match(&request) {
        case .handler(.immediate(let handler)): response = handler(request)
        case .handler(.async(let handler)):
            let whole = request
            response = await reactor.spawn { await handler(whole) }.value
        case .failure(let failure): response = router.failure(failure, request)
        case .options(let allow): response = Response(status: 204, headers: [("Allow", allow)])
        }
        return Answer(response: response)
    }

    /// Posts JSON text.
    func post(
        _ target: String, _ json: String, token: Bool = true, headers: [(name: String, value: String)] = []
    ) async throws -> Answer {
        try await ask(
            .post, target, token: token, headers: [("Content-Type", "application/json")] + headers,
            body: Array(json.utf8))
    }

    /// A good order's body, with members put in place of others.
    static func body(_ changes: JSONObject = [:], without: String...) -> String {
        var object: JSONObject = [
            "currencyId": "THB", "paymentMethodId": "THB_QR", "amount": 1000, "referenceNumber": "order-1",
        ]
        for (key, value) in changes.members { object[key] = value }
        for key in without { object[key] = nil }
        return String(decoding: JSON.object(object).compact(), as: UTF8.self)
    }
}

/// An answer, read.
struct Answer {
    let response: Response
    var status: Int { response.status }
    var json: JSON { (try? JSON.parse(response.body)) ?? .null }
    var result: JSON { json["result"] ?? .null }
    var code: String? { json["code"]?.stringValue }
    /// The pointers of everything that is wrong.
    var pointers: [String] { (json["errors"]?.arrayValue ?? []).compactMap { $0["pointer"]?.stringValue } }
    var parameters: [String] {
        (json["errors"]?.arrayValue ?? []).compactMap { $0["parameter"]?.stringValue }
    }

    func header(_ name: String) -> String? {
        response.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
