import Core
import HTTP
import Reactor
import Testing

@testable import API

@Suite("Around the handlers")
struct ExchangeTests {
    let harness: Harness
    init() throws { harness = try Harness() }

    @Test("a deadline ends the waiting, and the late result is dropped")
    func deadline() async throws {
        let reactor = harness.reactor
        let late = await reactor.spawn {
            await Deadline.wait(.milliseconds(20), on: reactor) { () async -> Int in
                await reactor.sleep(for: .milliseconds(120))
                return 1
            }
        }.value
        #expect(late == nil)
        let good = await reactor.spawn {
            await Deadline.wait(.seconds(5), on: reactor) { () async -> Int in
                await reactor.sleep(for: .milliseconds(1))
                return 2
            }
        }.value
        #expect(good == 2)
        // The dropped one ends by itself: resuming twice would have trapped by now.
        await reactor.sleep(for: .milliseconds(150))
    }

    @Test("a handler past its deadline is a 503 that can be tried again")
    func slowHandler() async throws {
        var table = RouteTable(site: harness.site, backend: harness.backend)
        let reactor = harness.reactor
        table.open(.get, "/slow", within: .milliseconds(10)) { _ throws(Problem) in
            await reactor.sleep(for: .milliseconds(100))
            throw Problem(.internalError)
        }
        let answer = try await harness.ask(.get, "/slow", through: table.router)
        #expect(answer.status == 503)
        #expect(answer.code == "deadline_exceeded")
        #expect(answer.header("Retry-After") != nil)
    }

    @Test("answers a callback in the provider's own words, and nobody's account with 404")
    func callbacks() async throws {
        let known = harness.app.id.text(.providerAccount)
        let answer = try await harness.ask(.post, "/webhooks/\(known)", token: false, body: Array("{}".utf8))
        #expect(answer.status == 200)
        #expect(answer.response.body == Array("OK".utf8))
        #expect(answer.response.contentType == "text/plain")
        for id in [
            "x", Identifier(at: Harness.now).text(.providerAccount) + "x", "ap_00000000000000000000000000",
        ] {
            #expect(try await harness.ask(.post, "/webhooks/\(id)", token: false).code == "account_not_found")
        }
    }
}
