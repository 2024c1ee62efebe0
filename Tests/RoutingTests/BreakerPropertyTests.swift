import Core
import TestSupport
import Testing

@testable import Routing

@Suite("A breaker, by chance")
struct BreakerPropertyTests {
    static let seeds: [UInt64] = [1, 2, 3, 42, 1_000_003]

    /// An outcome as the log has it.
    struct Entry {
        var event: CircuitBreaker.Event
        var begun: Timestamp
        var at: Timestamp
    }

    /// Outcomes in the order in which they became known, with spells of failure.
    static func log(_ random: inout SeededGenerator, count: Int = 400) -> [Entry] {
        var now = Timestamp(seconds: 1_700_000_000)
        var share = 0.1
        return (0..<count).map { _ in
            if random.chance(0.05) { share = [0.02, 0.3, 0.6, 1].randomElement(using: &random) ?? 0 }
            now = now + .milliseconds(Int64.random(in: 0...4000, using: &random))
            let event: CircuitBreaker.Event =
                random.chance(share) ? (random.chance(0.3) ? .timeout : .failure) : .success
            let took = Duration.milliseconds(Int64.random(in: 0...9000, using: &random))
            return Entry(event: event, begun: now - took, at: now)
        }
    }

    static func settings(_ random: inout SeededGenerator) -> BreakerSettings {
        var changes: [String: Int] = [:]
        for constant in BreakerSettings.constants where random.chance(0.5) {
            let bounds = constant.bounds.lowerBound...min(constant.bounds.upperBound, 40)
            changes[constant.name] = Int.random(in: bounds, using: &random)
        }
        return BreakerSettings(changes)
    }

    static func record(
        _ entry: Entry, _ breaker: inout CircuitBreaker, _ settings: BreakerSettings
    ) {
        breaker.record(entry.event, at: entry.at, begun: entry.begun, settings)
    }

    @Test("read back from its numbers is the same at every outcome, and of bounded size", arguments: seeds)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed)
        for _ in 0..<20 {
            let settings = Self.settings(&random)
            var (straight, stored) = (CircuitBreaker(), CircuitBreaker())
            for entry in Self.log(&random) {
                Self.record(entry, &straight, settings)
                Self.record(entry, &stored, settings)
                #expect(stored.numbers.count <= 9 + 2 * settings.outcomes)
                stored = try #require(CircuitBreaker(numbers: stored.numbers), "seed \(seed)")
                #expect(stored == straight, "seed \(seed)")
            }
        }
    }

    @Test("becomes half-open in the end, and stays so until somebody tries it", arguments: seeds)
    func ends(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        var opened = 0
        for _ in 0..<40 {
            let settings = Self.settings(&random)
            var breaker = CircuitBreaker()
            for entry in Self.log(&random) {
                Self.record(entry, &breaker, settings)
                guard breaker.opening != nil else { continue }
                opened += 1
                let longest = Duration.seconds(max(settings.pauseSeconds, settings.pauseSecondsMax))
                for later in [longest, longest * 1000] {
                    #expect(breaker.position(at: entry.at + later, settings) == .halfOpen, "seed \(seed)")
                }
            }
        }
        #expect(opened > 100, "seed \(seed)")
    }

    @Test("is the same after a burst of failures in any order", arguments: seeds)
    func orders(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        let settings = BreakerSettings()
        let now = Timestamp(seconds: 1_700_000_000)
        // All are known at one time: else the last of the five that open it says since when it is open. A success among
        // them ends a run in one order and not in another: there, only that all processes read one log makes them agree.
        let burst = (0..<30).map { _ in
            let took = Duration.milliseconds(Int64.random(in: 1...9000, using: &random))
            return Entry(event: .failure, begun: now - took, at: now)
        }
        let states = (0..<20).map { _ in
            var breaker = CircuitBreaker()
            for entry in burst.shuffled(using: &random) { Self.record(entry, &breaker, settings) }
            return breaker
        }
        #expect(Set(states).count == 1 && states[0].opening != nil, "seed \(seed)")
    }

    @Test(
        "is admitted to by a few, one more for each success, and one more after each silence",
        arguments: seeds)
    func trials(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        for _ in 0..<40 {
            let settings = Self.settings(&random)
            var breaker = CircuitBreaker()
            var trials = BreakerTrials()
            var last = Timestamp(seconds: 0)
            for entry in Self.log(&random) {
                Self.record(entry, &breaker, settings)
                guard breaker.position(at: entry.at, settings) == .halfOpen, let opening = breaker.opening
                else { continue }
                // A crowd at one moment: never more than the first few and one for each success, or one after a silence.
                let crowd = (0..<200).count { _ in trials.admit(to: breaker, at: entry.at, settings) }
                #expect(crowd <= settings.trials + opening.successes, "seed \(seed)")
                if crowd > 0 { last = entry.at }
                // Nothing is heard of them: it is no dead end.
                let later = last + .seconds(settings.trialSeconds)
                #expect(!trials.admits(to: breaker, at: later - .microseconds(1), settings), "seed \(seed)")
                var silent = trials
                let late = (0..<200).count { _ in silent.admit(to: breaker, at: later, settings) }
                #expect(late == 1, "seed \(seed)")
            }
        }
    }

    @Test("takes numbers that a breaker never has for damaged, whatever they are", arguments: seeds)
    func damaged(_ seed: UInt64) {
        var random = SeededGenerator(seed)
        let odd: [Double] = [-1, 0.5, .nan, .infinity, 0x1p60, 7]
        for _ in 0..<500 {
            var breaker = CircuitBreaker()
            for entry in Self.log(&random, count: 30) { Self.record(entry, &breaker, BreakerSettings()) }
            var numbers = breaker.numbers
            let place = Int.random(in: numbers.indices, using: &random)
            numbers[place] = odd.randomElement(using: &random) ?? -1
            if numbers[place] != 7 { #expect(CircuitBreaker(numbers: numbers) == nil, "seed \(seed)") }
            numbers.append(1)
            #expect(CircuitBreaker(numbers: numbers) == nil)
        }
        #expect(CircuitBreaker(numbers: []) == nil)
        #expect(CircuitBreaker(numbers: Array(repeating: 0, count: 9 + 2 * 101)) == nil)
    }
}
