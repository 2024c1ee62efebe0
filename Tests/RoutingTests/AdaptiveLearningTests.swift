import Testing

@testable import Routing

@Suite("What adaptive scores learn of an outage")
struct AdaptiveLearningTests {
    @Test("the time-outs that an outage begins with are not counted among those of other days")
    func firstTimeouts() throws {
        var scores = AdaptiveTests.scores((95, 95))
        func place() throws -> AdaptiveScores.Place {
            try #require(scores.pools[AdaptiveTests.method]?.accounts.places[AdaptiveTests.first])
        }
        let before = try place().retries
        var failures = 0
        while try !place().evidence.isDown, failures < 20 {
            scores.record(.failure(isRetryable: false), of: AdaptiveTests.first, for: AdaptiveTests.method)
            failures += 1
        }
        #expect(try place().evidence.isDown)
        #expect(try place().retries == before)
        #expect(try place().retryable < before.share)
    }

    @Test("one account's outage leaves what the accounts do together as it was")
    func together() throws {
        var scores = AdaptiveTests.scores((95, 95))
        func weight() throws -> Double {
            let pool = try #require(scores.pools[AdaptiveTests.method])
            return pool.together.weight(at: pool.accounts.clock, scores.settings)
        }
        let before = try weight()
        for _ in 0..<60 {
            scores.record(AdaptiveTests.failure, of: AdaptiveTests.first, for: AdaptiveTests.method)
        }
        let rate = try #require(scores.pools[AdaptiveTests.method]?.rateTogether(scores.settings))
        #expect(try weight() > before * 0.9)
        #expect(abs(rate - 0.95) < 0.02)
    }
}
