import Core
import HTTP
import JSON
import Orchestration
import Reactor
import Synchronization
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

    @Test("tells the operator what failed, by the answer's id, and more of it than the caller")
    func failuresAreLogged() async throws {
        harness.world.state.withLock { $0.failure = .noRoute("nobody", excluded: "main cap_amount") }
        let id: [(name: String, value: String)] = [("X-Request-Id", "id-1")]
        let answer = try await harness.post("/v1/transaction", Harness.body(), headers: id)
        #expect(answer.code == "no_route")
        #expect(!String(decoding: answer.response.body, as: UTF8.self).contains("cap_amount"))
        let line = try #require(harness.journal.lines.last)
        #expect(line["event"] == "call_failed" && line["level"] == "info")
        #expect(line["request"] == "id-1" && line["call"] == "POST /v1/transaction")
        #expect(line["status"] == 503 && line["code"] == "no_route")
        #expect(line["detail"] == "nobody" && line["why"] == "main cap_amount")
    }

    @Test("does not tell the operator what a caller did wrong")
    func faultsOfCallersAreNotLogged() async throws {
        #expect(try await harness.post("/v1/transaction", "{}").status == 422)
        #expect(try await harness.ask(.get, "/v1/currencies", token: false).status == 401)
        #expect(harness.journal.lines.isEmpty)
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
