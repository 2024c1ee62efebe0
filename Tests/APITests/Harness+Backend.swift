import Connectors
import Core
import Cryptography
import JSON
import Postgres
import Reactor
import Synchronization

@testable import API
@testable import Orchestration

extension Harness {
    static func view(_ draft: OrderDraft, state: OrderState, at now: Timestamp) -> OrderView {
        OrderView(
            id: Identifier(at: now), merchant: draft.merchant, app: draft.app,
            referenceNumber: draft.referenceNumber,
            method: draft.method, amount: draft.amount, state: state, late: false,
            redirectURL: draft.redirectURL,
            description: draft.description, metadata: draft.metadata.map { JSON.object($0).compact() },
            createdAt: now, updatedAt: now, expiresAt: now + .seconds(900), version: 1, attempts: 0)
    }

    static func backend(
        _ reactor: Reactor, _ world: World, _ directory: Directory, _ vault: Vault, _ app: App
    ) -> Backend {
        let make: @Sendable (OrderDraft, IdempotencyClaim?, OrderState) throws(OrderError) -> Creation = {
            draft, claim, state throws(OrderError) in
            try world.throwFailure()
            return try world.state.withLock { world throws(OrderError) in
                if let claim {
                    for (known, answer) in world.answers where known.key == claim.key {
                        guard known == claim else { throw .idempotencyMismatch }
                        return .replay(status: answer.status, body: answer.body)
                    }
                }
                if let known = world.orders.first(where: { $0.referenceNumber == draft.referenceNumber }) {
                    throw .duplicateReference(known.id)
                }
                let order = view(draft, state: state, at: world.now)
                world.orders.append(order)
                world.drafts.append(draft)
                return .order(order)
            }
        }
        let find: @Sendable (Identifier, Identifier?) throws(OrderError) -> OrderView = {
            id, merchant throws(OrderError) in
            try world.throwFailure()
            let order = world.state.withLock { world in
                world.orders.first { $0.id == id && (merchant == nil || $0.merchant == merchant) }
            }
            guard let order else { throw .notFound }
            return order
        }
        let pool = PostgresPool(
            reactor: reactor,
            configuration: PostgresPool.Configuration(url: "postgresql://nobody@127.0.0.1:1/none"))
        return Backend(
            reactor: reactor, now: { world.state.withLock { $0.now } }, directory: { directory },
            tokens: AccessTokens(vault), quoteKey: HMAC.Key(vault.quoteKey),
            links: PaymentLinks(publicURL: "https://causeway.example", key: vault.paymentPageKey),
            initiate: { draft, claim throws(OrderError) in try make(draft, claim, .initiated) },
            create: { draft, claim throws(OrderError) in try make(draft, claim, .pending) },
            remember: { claim, status, body in world.state.withLock { $0.answers[claim] = (status, body) } },
            process: { id, merchant throws(OrderError) in try find(id, merchant) },
            fetch: { id, merchant, _ throws(OrderError) in try find(id, merchant) },
            list: { query throws(OrderError) in
                try world.throwFailure()
                return world.state.withLock { world in
                    world.queries.append(query)
                    return OrderPage(orders: world.orders, hasMore: false)
                }
            },
            events: { id, merchant throws(OrderError) in
                _ = try find(id, merchant)
                return [
                    OrderEvent(
                        number: 1, at: now, kind: "created", actor: "merchant", detail: Array("{}".utf8))
                ]
            },
            cancel: { id, merchant throws(OrderError) in try find(id, merchant) },
            earlier: { claim in
                world.state.withLock { $0.answers[claim] }.map { .replay(status: $0.status, body: $0.body) }
            },
            resolve: { id, _, _, _ throws(OrderError) in try find(id, nil) },
            offers: { currency in
                [
                    MethodOffer(
                        method: .thbQR, isActive: true, minimum: Money(minor: 100, currency),
                        maximum: Money(minor: 5_000_000, currency), required: [], optional: [.name],
                        banks: [Bank("014", "SCB")])
                ].filter { $0.method.currency == currency }
            },
            receive: { _, account, _ in
                account == app.id
                    ? .acknowledged(
                        CallbackAcknowledgement(contentType: "text/plain", body: Array("OK".utf8)))
                    : .unknownAccount
            },
            signIn: { id, access, secret throws(CredentialsError) in
                guard id == app.id, access == "ak_test", secret == "sk_test" else { throw .wrongKeys }
                return SignIn(app: app, accessToken: "access", refreshToken: "refresh")
            },
            refresh: { token throws(CredentialsError) in
                switch token {
                case "rt_good": return SignIn(app: app, accessToken: "access", refreshToken: "refresh")
                case "rt_used": throw .reusedToken
                case "rt_old": throw .expiredToken
                default: throw .unknownToken
                }
            },
            health: {
                HealthReport(
                    isDatabaseReachable: true, databaseLatency: 1,
                    work: HealthReport.Work(due: 0, oldestDueAt: nil, inReview: 0, unmatchedCallbacks: 0),
                    isBehind: false,
                    accounts: [
                        HealthReport.Account(
                            id: app.id, name: "main", connector: "example", isEnabled: true, status: .up,
                            problem: nil,
                            lastSuccess: now, checkedAt: now, errorRate: 0.0625, latencyP50: 12,
                            latencyP99: 90,
                            balance: Money(minor: 123_456, .thb), balanceAt: now, reserved: nil,
                            lowBalance: nil, maintenance: nil, caps: [])
                    ], isDirectoryCurrent: true, unusableAccounts: [])
            },
            isReady: { true }, pool: { PoolFigures() },
            administration: Administration(database: pool, vault: vault, clock: WallClock { now }),
            find: { _, _, _ throws(AdministrationError) in throw .notFound },
            rules: RuleBook(database: pool, vault: vault, clock: WallClock { now }),
            breakers: { [] }, panel: BreakerPanel(database: pool, clock: WallClock { now }),
            simulate: { _ in ["strategy": "priority"] },
            scores: { ["methods": [], "constants": []] },
            backtest: { _, _, _, _ in ["complete": true] },
            explain: { id throws(OrderError) in ["txnId": .string(try find(id, nil).id.text(.transaction))] },
            auditLog: { _, _ in [] }, unmatchedCallbacks: { _, _ in [] })
    }
}
