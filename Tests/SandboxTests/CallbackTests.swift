import Synchronization
import Testing

@testable import sandbox

@Suite("Callbacks of the sandbox", .serialized)
struct CallbackTests {
    /// What a merchant received, and what it answers.
    final class Merchant: Sendable {
        let received = Mutex<[JSONObject]>([])
        let answer = Mutex(#"{"code":200,"message":"Success"}"#)
        let url: String

        init() throws {
            let server = try WebServer(host: "127.0.0.1", port: 0)
            url = "http://127.0.0.1:\(server.port)/callback"
            Threads.start { [self] in
                server.run { [self] request in
                    let body = (try? JSONReader.read(request.body))?.object ?? ["garbled": true]
                    received.withLock { $0.append(body) }
                    return WebAnswer(kind: .respond(status: 200, body: Array(answer.withLock { $0 }.utf8)))
                }
            }
        }

        var count: Int { received.withLock { $0.count } }
    }

    let merchant: Merchant
    let world: World
    let account = AccountKey(provider: .payplus, name: "demo-one")
    let key = "sandbox-payplus-key-one-0123456789abcdef"

    init() throws {
        merchant = try Merchant()
        world = try Fixture.front().world
        world.state.withLock {
            $0.settings.payoutDelayMs = 20
            $0.settings.callbackRetryMs = 10
            $0.settings.lateMs = 10
        }
    }

    private func open(_ behaviour: Behaviour) throws -> Order {
        world.countSubmission(of: "W1", account: account, direction: .payout, amount: "1000.00")
        return try world.open(
            OrderDraft(
                account: account, direction: .payout, reference: "W1", amount: Amount(minor: 100_000),
                fee: Amount(minor: 1_500), script: world.script(behaviour), callbackURL: merchant.url,
                isReferenceUnique: false))
    }

    @Test(
        "sends what the behaviour says",
        arguments: [
            (.succeed, ["completed"]), (.failLater, ["failed"]), (.cancelLater, ["cancelled"]),
            (.duplicateCallback, ["completed", "completed"]), (.lateCallback, ["completed"]),
            (.outOfOrderCallbacks, ["completed", "processing"]),
        ] as [(Behaviour, [String])])
    func statuses(behaviour: Behaviour, expected: [String]) throws {
        world.begin(try open(behaviour).id)
        #expect(eventually { merchant.count == expected.count })
        let bodies = merchant.received.withLock { $0 }
        #expect(bodies.compactMap { $0["status"]?.string } == expected)
        #expect(bodies.allSatisfy { Token.isGenuine($0, key: key) })
    }

    @Test("sends every step of a withdrawal if asked to")
    func steps() throws {
        world.state.withLock {
            $0.settings.callsBackEveryStep = true
            $0.settings.payoutDelayMs = 400
        }
        world.begin(try open(.succeed).id)
        #expect(eventually { merchant.count == 5 })
        let words = merchant.received.withLock { $0.compactMap { $0["status"]?.string } }
        #expect(words == ["waiting", "created", "in batch", "processing", "completed"])
    }

    @Test("repeats until acknowledged in the seed's words, ten times at most")
    func repeats() throws {
        merchant.answer.withLock { $0 = #"{"code":200}"# }
        world.begin(try open(.succeed).id)
        #expect(eventually { merchant.count == 10 })
        Threads.sleep(milliseconds: 100)
        #expect(merchant.count == 10)
    }

    @Test("forges a callback so that its signature does not verify")
    func forged() throws {
        world.begin(try open(.forgedCallback).id)
        #expect(eventually { merchant.count == 1 })
        #expect(merchant.received.withLock { bodies in bodies.allSatisfy { !Token.isGenuine($0, key: key) } })
    }

    @Test("calls back before the answer when told to")
    func early() throws {
        let order = try open(.earlyCallback)
        world.rush(order.id)
        #expect(merchant.count == 1)
        #expect(world.order(order.id)?.end == .completed)
    }

    @Test("sends nothing after a reset")
    func reset() throws {
        world.begin(try open(.succeed).id)
        world.reset()
        Threads.sleep(milliseconds: 60)
        #expect(merchant.count == 0)
    }
}
