import Connectors
import Core
import JSON
import TestSupport
import Testing

@Suite("Hostile answers")
struct FuzzTests {
    /// Everything a provider may send, to everything that reads it.
    private func read(
        _ body: [UInt8], status: Int, _ connector: any Connector, _ payment: Payment
    ) -> (outcomes: [Outcome], news: CallbackNews?) {
        let now = PayPlusFixture.now
        let response = ProviderResponse(status: status, body: body)
        _ = try? connector.balance(in: response, currency: payment.amount.currency)
        _ = try? connector.checkHealth(in: response)
        _ = try? connector.banks(in: response)
        let news = try? connector.callback(
            CallbackRequest(contentType: "application/json", body: body), at: now)
        return (
            [
                connector.outcome(ofSubmission: response, of: payment, at: now),
                connector.outcome(ofQuery: response, of: payment, at: now),
            ], news
        )
    }

    private func subjects() throws -> [(any Connector, Payment, [[UInt8]])] {
        let haipay = try HaiPayFixture()
        return [
            (
                try PayPlusFixture.connector(), PayPlusFixture.payment(.thbBank),
                [
                    PayPlusFixture.order("completed").compact(), PayPlusFixture.deposit().compact(),
                    PayPlusFixture.error(400, "Invalid signature").compact(),
                    PayPlusFixture.signed(PayPlusFixture.news()).compact(),
                ]
            ),
            (
                haipay.connector, HaiPayFixture.payment(),
                [
                    try haipay.success(HaiPayFixture.order(2)).compact(),
                    JSON.object(try haipay.signed(HaiPayFixture.news(2))).compact(),
                    HaiPayFixture.failure("4002", "x").compact(),
                ]
            ),
        ]
    }

    @Test("random bytes decide nothing and crash nothing")
    func randomBytes() throws {
        var random = SeededGenerator()
        for (connector, payment, _) in try subjects() {
            for _ in 0..<3000 {
                let body = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let status = [200, 400, 403, 500].randomElement(using: &random) ?? 200
                let (outcomes, news) = read(body, status: status, connector, payment)
                #expect(outcomes.allSatisfy { $0.word == "unknown" } && news == nil, "seed \(random.seed)")
            }
        }
    }

    @Test("cut, spliced and altered messages never crash, and no callback among them is believed")
    func alteredMessages() throws {
        var random = SeededGenerator()
        for (connector, payment, messages) in try subjects() {
            for message in messages {
                for _ in 0..<400 {
                    var body = message
                    let place = Int.random(in: body.indices, using: &random)
                    switch random.next() % 4 {
                    case 0: body = Array(body[..<place])
                    case 1: body[place] ^= UInt8.random(in: 1...255, using: &random)
                    case 2: body.insert(contentsOf: body[place...].prefix(20), at: place)
                    default: body.removeSubrange(place..<min(body.count, place + 5))
                    }
                    let (_, news) = read(body, status: 200, connector, payment)
                    let isGenuine = try? JSON.parse(body).isEquivalent(to: JSON.parse(message))
                    #expect(news == nil || isGenuine == true, "seed \(random.seed)")
                }
            }
        }
    }

    /// A value of any shape, by chance.
    private func randomJSON(_ depth: Int, with random: inout SeededGenerator) -> JSON {
        switch random.next() % (depth > 0 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(random.next() % 2 == 0)
        case 2: return .int(Int64(bitPattern: random.next()))
        case 3: return .number(JSONNumber(text: "1e\(random.next() % 99999)") ?? JSONNumber(0))
        case 4: return .string(String(repeating: "9", count: Int(random.next() % 100)))
        case 5:
            return .string(
                ["completed", "success", "1", "2", "0", "pending", "\u{0}", "é"].randomElement(using: &random)
                    ?? "")
        case 6: return .array((0..<3).map { _ in randomJSON(depth - 1, with: &random) })
        default: return .object(["a": randomJSON(depth - 1, with: &random)])
        }
    }

    @Test("any value in any field is survived")
    func randomValues() throws {
        var random = SeededGenerator()
        let keys = [
            "status", "code", "message", "data", "error", "msg", "amount", "fee", "order_no",
            "agent_order_no", "sign",
            "signature", "orderId", "orderNo", "payTime", "errorMsg", "qrcode", "url", "expireDate",
            "transactionId",
            "referenceId", "timestamp", "type", "currency", "balance", "banks", "availableBal",
            "actual_amount", "appId",
        ]
        for (connector, payment, messages) in try subjects() {
            for message in messages {
                for _ in 0..<300 {
                    guard var object = try JSON.parse(message).objectValue else { continue }
                    if random.next() % 2 == 0, var data = object["data"]?.objectValue {
                        data[keys.randomElement(using: &random) ?? ""] = randomJSON(2, with: &random)
                        object["data"] = .object(data)
                    } else {
                        object[keys.randomElement(using: &random) ?? ""] = randomJSON(2, with: &random)
                    }
                    _ = read(JSON.object(object).compact(), status: 200, connector, payment)
                }
            }
        }
    }
}
