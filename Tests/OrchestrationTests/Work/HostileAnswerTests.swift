import Connectors
import Core
import HTTPClient
import JSON
import Postgres
import Testing

@testable import Orchestration

@Suite(
    "Answers that nobody genuine gives",
    .enabled(if: TestDatabase.isThere, "needs CAUSEWAY_TEST_DATABASE_URL"))
struct HostileAnswerTests {
    /// PayPlus, at a provider that answers what moves money, and what is asked about it, with `answer`; `REF` stands for our
    /// reference in it.
    private static func engine(_ bench: StepBench, _ answer: String) throws -> (PlayedProvider, Engine) {
        let provider = try PlayedProvider { call in
            if call.path == "/balance" {
                return .answer(200, #"{"code":200,"data":{"balance":5000000,"currency":"THB"}}"#)
            }
            let asked = try? JSON.parse(Array(call.body.utf8)).objectValue
            let reference = asked?["transactionId"] ?? asked?["agent_order_no"]
            return .answer(200, answer.replacing("REF", with: reference?.stringValue ?? ""))
        }
        let settings = try AccountSettings(
            ["baseURL": .string(provider.url), "merchantId": "m", "apiKey": "key"],
            declared: PayPlusConnector.descriptor.settings)
        let account = ProviderAccount(
            id: StepBench.accounts[0], name: "payplus", isEnabled: true, priority: 1,
            methods: [.thbQR, .thbBank], connector: try PayPlusConnector(settings: settings),
            callbackAddresses: [], proxy: nil)
        let engine = Engine(
            reactor: bench.pool.reactor, database: bench.pool,
            client: HTTPClient(reactor: bench.pool.reactor),
            directory: DirectoryHolder(Directory(merchants: [], apps: [], accounts: [account])),
            vault: try Vault(masterKey: [UInt8](repeating: 1, count: 32)), meters: ProviderMeters(),
            clock: WallClock { [clock = bench.clock] in clock.now },
            settings: Engine.Settings(publicURL: "http://127.0.0.1"))
        return (provider, engine)
    }

    private static func draft(_ method: PaymentMethod) -> OrderDraft {
        var draft = OrderDraft(
            merchant: OrderStoreTests.merchant, app: OrderStoreTests.app, method: method,
            amount: Money(minor: 1000_00, .thb), referenceNumber: Identifier(at: OrderStoreTests.now).base32)
        draft.counterparty[.name] = "John Doe"
        draft.counterparty[.bankCode] = "SCB"
        draft.counterparty[.accountNumber] = "9876543210"
        draft.notifyURL = "https://shop.example/hook"
        return draft
    }

    /// The answers are written, whatever they hold: one that is not would be asked for, and lost, for ever.
    private static func check(_ method: PaymentMethod, _ answers: [String]) async throws {
        try await StepBench.with { bench in
            for answer in answers { try await check(method, answer, bench) }
        }
    }

    private static func check(_ method: PaymentMethod, _ answer: String, _ bench: StepBench) async throws {
        let (provider, engine) = try engine(bench, answer)
        let orders = Orders(engine, agenda: Agenda())
        guard case .order(let order) = try await orders.create(draft(method), claim: nil) else {
            return #expect(Bool(false), "no order")
        }
        let said = answer.prefix(300)
        let path = method.direction == .payin ? "/deposit" : "/withdraw"
        #expect(provider.calls(path).count == 1, "\(said)")
        _ = try await orders.fetch(order.id, merchant: nil, refresh: true)
        let stored = try #require(try await bench.store.order(order.id, merchant: nil))
        #expect(stored.attempt?.state != .sending, "\(said)")
        #expect(stored.view.state != .succeeded || stored.view.moved == stored.dueAmount, "\(said)")
        #expect(stored.view.state.isTerminal == (stored.due == nil), "\(said)")
        #expect((stored.due ?? bench.clock.now) < bench.clock.now + .seconds(30), "\(said)")
    }

    static let amounts = [
        "1000", "1", "0", "-1000", "1e3", "1000.001", "9999999999999.99", "9999999999999999999999", "1e300",
        "1e-300",
        "\"1000\"", "\"NaN\"", "\"๑๐๐๐\"", "true", "null", "[]", "1000,\"amount\":1",
    ]
    static let texts = [
        #"\u0000"#, #"a\u0000b"#, #"\ud83d"#, #"\ufffe\uffff"#, #"\u202etxet"#, "",
        "e" + String(repeating: "\u{301}", count: 3000), String(repeating: "ก", count: 200_000),
    ]

    @Test("of an amount", arguments: ["completed", "pending", "failed"], [PaymentMethod.thbBank, .thbQR])
    func amount(_ status: String, _ method: PaymentMethod) async throws {
        let answers = Self.amounts.map { amount in
            #"{"code":200,"status":"success","message":"","data":{"order_no":"W","agent_order_no":"REF","#
                + #""transactionId":"REF","referenceId":"W","url":"https://pay.example/","amount":\#(amount),"#
                + #""fee":\#(amount),"status":"\#(status)"}}"#
        }
        try await Self.check(method, answers)
    }

    @Test("of a text", arguments: [PaymentMethod.thbBank, .thbQR])
    func text(_ method: PaymentMethod) async throws {
        let answers = Self.texts.flatMap { text in
            [
                #"{"status":"error","code":400,"message":"\#(text)"}"#,
                #"{"code":200,"data":{"order_no":"\#(text)","agent_order_no":"REF","status":"pending","amount":1000}}"#,
                #"{"code":200,"data":{"order_no":"W","agent_order_no":"REF","status":"\#(text)","amount":1000}}"#,
                #"{"status":"success","data":{"transactionId":"REF","referenceId":"W","status":"pending","amount":1000,"#
                    + #""url":"https://pay.example/","bankName":"\#(text)","bankAccountNumber":"\#(text)","#
                    + #""bankAccountName":"\#(text)","expireDate":"\#(text)","qrcode":null}}"#,
            ]
        }
        try await Self.check(method, answers)
    }

    @Test("of a time")
    func time() async throws {
        let times = [
            "9999-12-31T23:59:59.999999999-23:59", "1970-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z", "2026-02-30T00:00:00Z",
        ]
        let taken = times.map {
            #"{"status":"success","data":{"transactionId":"REF","referenceId":"W","status":"pending","amount":1000,"#
                + #""url":"https://pay.example/","expireDate":"\#($0)"}}"#
        }
        let paid = times.map {
            #"{"code":200,"data":{"order_no":"W","agent_order_no":"REF","status":"completed","amount":1000,"#
                + #""completed_at":"\#($0)"}}"#
        }
        try await Self.check(.thbQR, taken)
        try await Self.check(.thbBank, paid)
    }
}
