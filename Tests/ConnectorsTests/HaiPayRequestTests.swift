import Connectors
import Core
import Cryptography
import JSON
import Testing

@Suite("HaiPay requests")
struct HaiPayRequestTests {
    private let now = HaiPayFixture.now

    @Test("a wallet disbursement carries the seed's fields, the phone as HaiPay writes it")
    func wallet() throws {
        let fixture = try HaiPayFixture()
        let request = try fixture.connector.submission(of: HaiPayFixture.payment(), at: now)
        let message = try object(request)
        #expect(request.method == "POST")
        #expect(request.url == "https://haipay.example/kes/pay/apply")
        #expect(request.headers.contains(.init("Content-Type", "application/json; charset=utf-8")))
        let expected: JSONObject = [
            "appId": 1054, "orderId": "M100000450012", "amount": "500", "accountType": "EWALLET",
            "bankCode": "0001",
            "accountNo": "254712345678", "name": "john doe", "phone": "254712345678",
            "email": "johndoe@example.com",
            "notifyUrl": "https://m.example/cb?a=1&b=2", "partnerUserId": "149597870", "subject": "iphone13",
        ]
        #expect(message.removing("sign") == expected)
    }

    @Test("a wallet's own number comes before the phone")
    func walletNumber() throws {
        var payment = HaiPayFixture.payment()
        payment.counterparty[.accountNumber] = "+254 112 345 678"
        let message = try object(try HaiPayFixture().connector.submission(of: payment, at: now))
        #expect(message["accountNo"] == "254112345678")
        #expect(message["phone"] == "254712345678")
    }

    @Test("a bank disbursement has the account's number")
    func bank() throws {
        let payment = HaiPayFixture.payment(.kesBank, minor: 500_50)
        let message = try object(try HaiPayFixture().connector.submission(of: payment, at: now))
        #expect(message["accountType"] == "BANK_ACCOUNT")
        #expect(message["accountNo"] == "1234567890")
        #expect(message["amount"] == "500.5")
    }

    @Test("a query has HaiPay's own number where it is known")
    func query() throws {
        let fixture = try HaiPayFixture()
        let bare = try object(
            fixture.connector.query(of: HaiPayFixture.payment(), providerReference: nil, at: now))
        #expect(bare.removing("sign") == ["appId": 1054, "orderId": "M100000450012"])
        let request = fixture.connector.query(of: HaiPayFixture.payment(), providerReference: "30", at: now)
        #expect(request.url == "https://haipay.example/kes/pay/query")
        #expect(try object(request)["orderNo"] == "30")
    }

    @Test("the ledger is asked for shillings only")
    func ledger() throws {
        let connector = try HaiPayFixture().connector
        let request = try #require(connector.balanceQuery(currency: .kes, at: now))
        #expect(request.url == "https://haipay.example/kes/account/ledger")
        #expect(try object(request).removing("sign") == ["appId": 1054])
        #expect(connector.balanceQuery(currency: .thb, at: now) == nil)
    }

    @Test(
        "requests verify with the merchant's public key, with and without the secret",
        arguments: [true, false])
    func signatures(appendKey: Bool) throws {
        let fixture = try HaiPayFixture(appendKey: appendKey)
        let publicKey = try RSAPublicKey(
            try #require(fixture.vectors["merchant_public_spki_b64"]?.stringValue))
        let message = try object(try fixture.connector.submission(of: HaiPayFixture.payment(), at: now))
        let sign = try #require(message["sign"]?.stringValue.flatMap { Base64.decode($0) })
        let secret = appendKey ? "&key=throwawaySecret0123456789abcdef" : ""
        let content =
            "accountNo=254712345678&accountType=EWALLET&amount=500&appId=1054&bankCode=0001"
            + "&email=johndoe@example.com&name=john doe&notifyUrl=https://m.example/cb?a=1&b=2&orderId=M100000450012"
            + "&partnerUserId=149597870&phone=254712345678&subject=iphone13" + secret
        #expect(publicKey.verify(signature: sign, of: Array(content.utf8), .sha256))
    }

    @Test("PEM keys are as good as bare ones")
    func pem() throws {
        let vectors = try vectors("haipay_sha256rsa")
        var written = try HaiPayFixture.written(vectors)
        for (name, label) in [("merchantPrivateKey", "PRIVATE KEY"), ("platformPublicKey", "PUBLIC KEY")] {
            let text = try #require(written[name]?.stringValue)
            written[name] = .string("-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n")
        }
        #expect(throws: Never.self) { try HaiPayConnector(settings: settings(HaiPayConnector.self, written)) }
    }

    @Test(
        "keys that do not read are named",
        arguments: [
            ("merchantPrivateKey", "AAAA"), ("platformPublicKey", "AAAA"),
            ("platformPublicKey", "not base 64"),
            ("merchantSecretKey", nil as String?),
        ])
    func badKeys(name: String, value: String?) throws {
        var written = try HaiPayFixture.written(try vectors("haipay_sha256rsa"))
        written[name] = value.map(JSON.string)
        let settings = try settings(HaiPayConnector.self, written)
        do {
            _ = try HaiPayConnector(settings: settings)
            Issue.record("accepted")
        } catch {
            #expect(error.pointer == "/settings/\(name)")
        }
    }

    @Test("no secret is needed where none is appended")
    func noSecret() throws {
        #expect(throws: Never.self) { try HaiPayFixture(appendKey: false, ["merchantSecretKey": nil]) }
    }

    @Test("a sound payment has no problems", arguments: [PaymentMethod.kesEWallet, .kesBank])
    func sound(method: PaymentMethod) throws {
        #expect(try HaiPayFixture().connector.problems(with: HaiPayFixture.payment(method)).isEmpty)
    }

    @Test("every wallet and bank of the table is taken, and no other")
    func payees() throws {
        let connector = try HaiPayFixture().connector
        for capability in HaiPayConnector.descriptor.methods {
            #expect(capability.banks.count == (capability.method == .kesEWallet ? 5 : 46))
            #expect(Set(capability.banks.map(\.code)).count == capability.banks.count)
            for bank in capability.banks {
                var payment = HaiPayFixture.payment(capability.method)
                payment.counterparty[.bankCode] = bank.code
                #expect(connector.problems(with: payment).isEmpty)
            }
            for code in ["0004", "1", "M-Pesa", "", "0001 "] {
                var payment = HaiPayFixture.payment(capability.method)
                payment.counterparty[.bankCode] = code
                #expect(connector.problems(with: payment).map(\.pointer) == ["/counterparty/bankCode"])
            }
        }
    }

    @Test(
        "phones are taken as people write them",
        arguments: [
            ("0712345678", "254712345678"), ("0112345678", "254112345678"), ("+254712345678", "254712345678"),
            ("254112345678", "254112345678"), ("+254 (712) 345-678", "254712345678"),
            ("0712 345 678", "254712345678"),
        ])
    func phones(text: String, number: String) throws {
        var payment = HaiPayFixture.payment()
        payment.counterparty[.phone] = text
        let message = try object(try HaiPayFixture().connector.submission(of: payment, at: now))
        #expect(message["phone"]?.stringValue == number)
        #expect(message["accountNo"]?.stringValue == number)
    }

    @Test(
        "problems name the field",
        arguments: [
            (Counterparty.Field.phone, "712345678"), (.phone, "0812345678"), (.phone, "071234567"),
            (.phone, "07123456789"),
            (.phone, "+255712345678"), (.phone, "++254712345678"), (.phone, "2540712345678"),
            (.phone, "0712345x78"),
            (.phone, "٠٧١٢٣٤٥٦٧٨"), (.phone, ""), (.accountNumber, "1234567890"),
            (.name, "john"), (.name, "john  doe"), (.name, "john k m doe"), (.name, "john d0e"),
            (.name, "john o'doe"),
            (.name, "josé doe"), (.name, "john doe "), (.name, "abcdefghijklmno abcdefghijklmnop"),
            (.name, ""),
            (.email, "x"), (.email, "a@b"), (.email, "@b.c"), (.email, "a@b@c.d"), (.email, "a@.c"),
            (.email, "a b@c.d"),
            (.email, "é@c.d"), (.email, ""), (.userId, "a b"), (.userId, "a/b"), (.userId, "é"),
            (.userId, ""),
            (.userId, String(repeating: "a", count: 65)), (.bankCode, ""),
        ])
    func fields(field: Counterparty.Field, value: String) throws {
        let connector = try HaiPayFixture().connector
        var payment = HaiPayFixture.payment()
        payment.counterparty[field] = value
        let problems = connector.problems(with: payment)
        #expect(!problems.isEmpty)
        #expect(problems.allSatisfy { $0.pointer == "/counterparty/\(field.rawValue)" })
        #expect(value.isEmpty || problems.allSatisfy { !$0.detail.contains(value) })
        #expect(throws: Refusal.self) { try connector.submission(of: payment, at: now) }
    }

    @Test("every sign that a user's id may have is taken")
    func userIDs() throws {
        var payment = HaiPayFixture.payment()
        payment.counterparty[.userId] = "u-~!@#$%&*()_.1"
        #expect(try HaiPayFixture().connector.problems(with: payment).isEmpty)
    }

    @Test(
        "amounts are from 10 to 999,999 shillings",
        arguments: [
            (9_99, false), (10_00, true), (10_01, true), (999_999_00, true), (999_999_01, false),
        ])
    func amounts(minor: Int64, isRight: Bool) throws {
        let problems = try HaiPayFixture().connector.problems(with: HaiPayFixture.payment(minor: minor))
        #expect(problems.map(\.pointer) == (isRight ? [] : ["/amount"]))
    }
}
