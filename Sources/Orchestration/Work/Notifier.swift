internal import Core
internal import Cryptography
internal import HTTPClient
internal import Postgres
internal import Reactor

/// Tells merchants of their orders' changes: at least once, in no promised order, signed with the app's signing key.
///
/// `X-Causeway-Signature: t=<unix seconds>,v1=<hex>`, the latter HMAC-SHA256 over `<t>.<body>`. A merchant answers 2xx.
public actor Notifier {
    private let engine: Engine
    private let render: @Sendable (OrderView) -> [UInt8]
    private var loop: Task<Void, Never>?
    private var isStopping = false
    /// Tries by merchant.
    private var underWay: [Identifier: Int] = [:]

    /// Between tries; after the last one it is given up, and says so in its row.
    private static let delays: [Duration] = [
        .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(3600), .seconds(6 * 3600),
        .seconds(12 * 3600), .seconds(24 * 3600), .seconds(24 * 3600),
    ]
    private static let batch = 16
    /// Tries at once, in all and of one merchant (and a batch more): an endpoint that hangs keeps only its own waiting.
    private static let underWayMax = 256
    private static let underWayOfMerchantMax = 32
    private static let lease: Duration = .seconds(40)
    private static let pause: Duration = .milliseconds(500)

    /// The reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { engine.reactor.asUnownedSerialExecutor() }

    /// - Parameter render: an order as the REST API shows it.
    public init(_ engine: Engine, render: @escaping @Sendable (OrderView) -> [UInt8]) {
        self.engine = engine
        self.render = render
    }

    /// Begins to tell.
    public func start() {
        guard loop == nil else { return }
        loop = Task(executorPreference: engine.reactor) { await self.run() }
    }

    /// Tells no more; what is under way goes on elsewhere once its lease has ended.
    public func stop() {
        isStopping = true
        loop?.cancel()
    }

    private func run() async {
        let store = NotificationStore(database: engine.database)
        while !isStopping {
            let now = engine.clock.now()
            let busy = underWay.filter { $0.value >= Self.underWayOfMerchantMax }.map(\.key)
            let isAnyIdle = busy.count < engine.directory.current.merchants.count
            let room = isAnyIdle ? Self.underWayMax - underWay.values.reduce(0, +) : 0
            let due =
                room > 0
                ? (try? await store.claim(
                    now: now, until: now + Self.lease, limit: min(room, Self.batch), except: busy)) ?? [] : []
            for notification in due {
                let merchant = notification.record.view.merchant
                underWay[merchant, default: 0] += 1
                Task(executorPreference: engine.reactor) {
                    await self.tell(notification, store)
                    await self.finished(merchant)
                }
            }
            if due.count < Self.batch { await rest(from: busy) }
        }
    }

    /// Pauses; but what a busy merchant has waiting waits only until it has room again.
    private func rest(from busy: [Identifier]) async {
        guard !busy.isEmpty else { return await engine.reactor.sleep(for: Self.pause) }
        for _ in 0..<50 {
            await engine.reactor.sleep(for: Self.pause / 50)
            if busy.contains(where: { underWay[$0, default: 0] < Self.underWayOfMerchantMax }) { return }
        }
    }

    private func finished(_ merchant: Identifier) {
        let left = underWay[merchant, default: 1] - 1
        underWay[merchant] = left > 0 ? left : nil
    }

    private nonisolated func tell(_ notification: DueNotification, _ store: NotificationStore) async {
        guard let url = notification.record.notifyURL else { return }
        let problem = await post(notification, to: url)
        let now = engine.clock.now()
        guard let problem else {
            return (try? await store.write(notification, due: nil, deliveredAt: now, problem: nil)) ?? ()
        }
        let delay = notification.tries <= Self.delays.count ? Self.delays[notification.tries - 1] : nil
        try? await store.write(
            notification, due: delay.map { now + engine.scaled($0) }, deliveredAt: nil, problem: problem)
    }

    private nonisolated func post(_ notification: DueNotification, to url: String) async -> String? {
        let view = engine.view(of: notification.record)
        let body = render(view)
        let seconds = String(engine.clock.now().seconds)
        guard let key = engine.directory.current.signingKeys[view.app] else {
            return "the app has no signing key"
        }
        let signature = Hex.encode(HMAC.sha256(key: key, Array((seconds + ".").utf8) + body))
        var request = HTTPClient.Request(method: "POST", url: url)
        request.headers = [
            ("Content-Type", "application/json"), ("X-Causeway-Signature", "t=\(seconds),v1=\(signature)"),
            ("X-Causeway-Notification", "\(view.id.text(.transaction))-\(notification.version)"),
        ]
        request.body = body
        request.timeouts = HTTPClient.Timeouts(
            connect: .seconds(5), firstByte: .seconds(15), total: .seconds(20))
        request.responseBytesMax = 64 << 10
        switch await engine.client.send(request) {
        case .success(let response):
            return (200..<300).contains(response.status) ? nil : "answered with HTTP \(response.status)"
        case .failure(let failure): return failure.message
        }
    }
}
