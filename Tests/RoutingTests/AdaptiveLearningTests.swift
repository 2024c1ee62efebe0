import Core
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
        #expect(try place().retryable(stopsTogether: 0.1) < before.share)
    }

    @Test("how many failures end an order is thought alike of all accounts, until many have been seen")
    func retries() throws {
        var scores = AdaptiveScores()
        /// Every fifth attempt at either fails; of so many of these failures at the first, one ends its order.
        func fails(_ number: Int, endingOneIn every: Int) throws -> (first: Double, second: Double) {
            for attempt in 0..<(5 * number) {
                let isFailure = attempt % 5 == 0
                let ends = isFailure && attempt / 5 % every == 0
                scores.record(
                    isFailure ? .failure(isRetryable: !ends) : .success, of: AdaptiveTests.first,
                    for: AdaptiveTests.method)
                scores.record(
                    isFailure ? AdaptiveTests.failure : .success, of: AdaptiveTests.second,
                    for: AdaptiveTests.method)
            }
            let group = try #require(scores.pools[AdaptiveTests.method]?.accounts)
            func share(_ account: Identifier) throws -> Double {
                try #require(group.places[account]).retryable(stopsTogether: group.stopsTogether)
            }
            return (try share(AdaptiveTests.first), try share(AdaptiveTests.second))
        }
        let few = try fails(20, endingOneIn: 4)
        #expect(few.second - few.first < 0.05)
        let many = try fails(600, endingOneIn: 2)
        #expect(many.second - many.first > 0.25)
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
