import Connectors
import Core
import Cryptography
import JSON
import Testing

@Suite("PayPlus requests")
struct PayPlusRequestTests {
    private let now = Timestamp(microseconds: 1_728_470_400_000_000)

    @Test("a deposit carries the seed's fields and the vector's very token")
    func deposit() throws {
        let request = try PayPlusFixture.connector().submission(of: PayPlusFixture.payment(), at: now)
        let vector = try #require(try vectors("thb_jwt_hs256")["cases"]?[0])
        var expected = try #require(vector["params"]?.objectValue)
        expected["signature"] = vector["token_node_jsonwebtoken_form"]
        #expect(request.method == "POST")
        #expect(request.url == "https://payplus.example/api/v1/deposit")
        #expect(request.headers.contains(.init("x-api-key", PayPlusFixture.key)))
        #expect(request.headers.contains(.init("Content-Type", "application/json")))
        #expect(JSON.object(try object(request)).isEquivalent(to: .object(expected)))
    }

    @Test("a bank transfer differs in its type only")
    func bankTransfer() throws {
        let request = try PayPlusFixture.connector().submission(
            of: PayPlusFixture.payment(.thbBankTransfer), at: now)
        #expect(try object(request)["type"] == "BANK_TRANSFER")
    }

    @Test("a withdrawal has its own names, and the time as a string")
    func withdrawal() throws {
        var payment = PayPlusFixture.payment(.thbBank, reference: "W1")
        payment.counterparty[.bankCode] = "KBANK"
        payment.counterparty[.accountNumber] = "1234567890"
        payment.callbackURL = "https://x.example/cb"
        let request = try PayPlusFixture.connector(["timestampUnit": "seconds"])
            .submission(of: payment, at: Timestamp(seconds: 1_640_995_200))
        let vector = try #require(try vectors("thb_jwt_hs256")["cases"]?[1])
        var expected = try #require(vector["params"]?.objectValue)
        expected["signature"] = vector["token_node_jsonwebtoken_form"]
        #expect(request.url == "https://payplus.example/api/v1/withdraw")
        #expect(JSON.object(try object(request)).isEquivalent(to: .object(expected)))
    }

    @Test(
        "amounts are numbers as JavaScript prints them",
        arguments: [
            (1_00, "1"), (999_99, "999.99"), (1000_50, "1000.5"), (2_000_000_00, "2000000"),
        ])
    func amounts(minor: Int64, text: String) throws {
        let request = try PayPlusFixture.connector().submission(
            of: PayPlusFixture.payment(minor: minor), at: now)
        #expect(try object(request)["amount"]?.numberText == text)
    }

    @Test("every signed request verifies, names beyond ASCII included")
    func signatures() throws {
        let connector = try PayPlusFixture.connector()
        var payment = PayPlusFixture.payment()
        payment.counterparty[.name] = "สมชาย \"ใจดี\" é"
        let balance = try #require(connector.balanceQuery(currency: .thb, at: now))
        let requests = [
            try connector.submission(of: payment, at: now), balance,
            connector.query(of: payment, providerReference: "DP1", at: now),
        ]
        for request in requests {
            let message = try object(request)
            let token = try #require(message["signature"]?.stringValue)
            let payload = try #require(JWT.verify(token, key: HMAC.Key(Array(PayPlusFixture.key.utf8))))
            let claims = try JSON.parse(payload)
            #expect(claims.isEquivalent(to: .object(message.removing("signature"))))
            let keys = try #require(claims.objectValue).keys
            #expect(keys == keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) })
        }
    }

    @Test("a query asks by our reference, with the time as a number")
    func query() throws {
        let connector = try PayPlusFixture.connector()
        let request = connector.query(of: PayPlusFixture.payment(), providerReference: "DP1", at: now)
        let message = try object(request)
        #expect(request.url.hasSuffix("/query"))
        #expect(message["agent_order_no"] == "MERCHANT20241009001")
        #expect(message["timestamp"]?.int64 == 1_728_470_400_000)
    }

    @Test("health and banks are asked for with GET, the balance of baht only")
    func helpers() throws {
        let connector = try PayPlusFixture.connector(["healthPath": "/v2/health", "banksPath": "/v2/banks"])
        let health = try #require(connector.healthQuery(at: now))
        let banks = try #require(connector.banksQuery(at: now))
        #expect(health.method == "GET" && health.url == "https://payplus.example/api/v1/v2/health")
        #expect(banks.method == "GET" && banks.url == "https://payplus.example/api/v1/v2/banks")
        #expect(health.headers.contains(.init("x-api-key", PayPlusFixture.key)))
        #expect(connector.balanceQuery(currency: .kes, at: now) == nil)
    }

    @Test(
        "a sound payment has no problems",
        arguments: [
            PaymentMethod.thbQR, .thbBankTransfer, .thbBank,
        ])
    func sound(method: PaymentMethod) throws {
        #expect(try PayPlusFixture.connector().problems(with: PayPlusFixture.payment(method)).isEmpty)
    }

    @Test(
        "problems name the field",
        arguments: [
            ("/counterparty/name", Counterparty.Field.name, nil as String?),
            ("/counterparty/name", .name, ""),
            ("/counterparty/name", .name, String(repeating: "a", count: 101)),
            ("/counterparty/name", .name, "a\nb"),
            ("/counterparty/name", .name, " a"), ("/counterparty/name", .name, "a\u{202e}b"),
            ("/counterparty/bankCode", .bankCode, nil), ("/counterparty/bankCode", .bankCode, "NOBANK"),
            ("/counterparty/bankCode", .bankCode, "kbank"),
            ("/counterparty/accountNumber", .accountNumber, nil),
            ("/counterparty/accountNumber", .accountNumber, "12345"),
            ("/counterparty/accountNumber", .accountNumber, "12345678901234567890 1"),
            ("/counterparty/accountNumber", .accountNumber, "12345678x0"),
            ("/counterparty/accountNumber", .accountNumber, "๑๒๓๔๕๖๗๘๙๐"),
        ])
    func fields(pointer: String, field: Counterparty.Field, value: String?) throws {
        let connector = try PayPlusFixture.connector()
        var payment = PayPlusFixture.payment()
        payment.counterparty[field] = value
        #expect(connector.problems(with: payment).map(\.pointer) == [pointer])
        #expect(throws: Refusal.self) { try connector.submission(of: payment, at: now) }
    }

    @Test("problems name amount, currency and method")
    func rest() throws {
        let connector = try PayPlusFixture.connector()
        func pointers(_ change: (inout Payment) -> Void) -> [String] {
            var payment = PayPlusFixture.payment()
            change(&payment)
            return connector.problems(with: payment).map(\.pointer)
        }
        #expect(pointers { $0.amount = Money(minor: 99, .thb) } == ["/amount"])
        #expect(pointers { $0.amount = Money(minor: 2_000_000_01, .thb) } == ["/amount"])
        #expect(pointers { $0.amount = Money(minor: -1000_00, .thb) } == ["/amount"])
        #expect(pointers { $0.amount = Money(minor: 1000_00, .kes) } == ["/currencyId"])
        #expect(pointers { $0.method = .kesBank } == ["/paymentMethodId"])
        #expect(pointers { $0.counterparty = Counterparty() }.count == 3)
    }
}
