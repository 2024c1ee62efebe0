import Core
import Routing
import Testing

@Suite("Adaptive scores' state")
struct AdaptiveStateTests {
    static func busy(_ seed: UInt64, outcomes: Int = 2000) -> AdaptiveScores {
        var scores = AdaptiveScores()
        var state = seed
        for _ in 0..<outcomes {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let account = Identifier(high: 7, low: state >> 60)
            let result: AdaptiveScores.Result =
                switch (state >> 40) % 20 {
                case 0: .customer
                case 1, 2: .failure(isRetryable: state >> 50 & 1 == 0)
                default: account.low == 3 ? .failure(isRetryable: true) : .success
                }
            scores.record(
                result, of: account, for: state >> 59 & 1 == 0 ? .thbQR : .kesBank,
                bank: state >> 58 & 1 == 0 ? nil : "B\((state >> 33) % 5)")
        }
        return scores
    }

    /// Compared here, for a failure would print both.
    static func areSame(_ left: AdaptiveScores, _ right: AdaptiveScores) -> Bool {
        left.snapshot() == right.snapshot()
    }

    @Test("a snapshot read back is the same, and goes on the same")
    func roundTrip() throws {
        var scores = Self.busy(1)
        var copy = try AdaptiveScores(snapshot: scores.snapshot())
        #expect(Self.areSame(copy, scores))
        for _ in 0..<50 {
            for number in 0..<9 as Range<UInt64> {
                let account = Identifier(high: 7, low: number)
                scores.record(.failure(isRetryable: true), of: account, for: .thbQR, bank: "B1")
                copy.record(.failure(isRetryable: true), of: account, for: .thbQR, bank: "B1")
            }
        }
        #expect(Self.areSame(copy, scores))
    }

    @Test("a merge keeps what has seen more, in any order and any number of times")
    func merge() throws {
        let (old, young) = (Self.busy(1, outcomes: 500), Self.busy(1, outcomes: 900))
        var merged = old
        merged.merge(young)
        #expect(Self.areSame(merged, young))
        merged.merge(young)
        merged.merge(old)
        #expect(Self.areSame(merged, young))
        let (left, right, third) = (Self.busy(2), Self.busy(3, outcomes: 1500), Self.busy(4, outcomes: 1900))
        var (one, other) = (left, third)
        one.merge(right)
        one.merge(third)
        other.merge(right)
        other.merge(left)
        #expect(Self.areSame(one, other))
    }

    @Test("two processes that take in the same outcomes agree")
    func agreement() {
        #expect(Self.areSame(Self.busy(5), Self.busy(5)))
    }

    @Test(
        "a snapshot that is damaged is refused",
        arguments: [
            "", "nonsense", "{}", #"{"version":2,"methods":{}}"#, #"{"version":3,"methods":{"THB_QR":{}}}"#,
            #"{"version":3,"methods":{"THB_QR":{"customers":[1,2],"together":[],"accounts":{},"banks":{}}}}"#,
        ])
    func damaged(_ text: String) {
        #expect(throws: AdaptiveSnapshotError.self) { try AdaptiveScores(snapshot: Array(text.utf8)) }
    }

    @Test("a snapshot with any number spoilt is refused or read, and never ranks what is no number")
    func spoilt() throws {
        let text = String(decoding: Self.busy(6, outcomes: 60).snapshot(), as: UTF8.self)
        let places = text.indices.filter { text[$0] == "," }
        for place in places.enumerated().filter({ $0.offset % 11 == 0 }).map(\.element) {
            for bad in ["-1", "1e400", "9e99", "null"] {
                let end = text[text.index(after: place)...].firstIndex { ",]}".contains($0) } ?? text.endIndex
                let spoilt = text[...place] + bad + text[end...]
                guard var scores = try? AdaptiveScores(snapshot: Array(spoilt.utf8)) else { continue }
                let candidates = (0..<16).map {
                    AdaptiveCandidate(account: Identifier(high: 7, low: $0), cost: 1)
                }
                let ranking = scores.rank(candidates, for: .thbQR, bank: "B1", value: 1000, seed: 1)
                #expect(ranking.allSatisfy { (0.02...0.98).contains($0.score.success) })
            }
        }
    }

    @Test("the state is bounded, however many accounts and banks are named")
    func bounded() {
        var scores = AdaptiveScores()
        for number in 0..<1000 as Range<UInt64> {
            scores.record(.success, of: Identifier(high: 7, low: number), for: .thbQR, bank: "B\(number)")
        }
        let most = scores.snapshot().count
        for number in 1000..<3000 as Range<UInt64> {
            scores.record(.success, of: Identifier(high: 7, low: number), for: .thbQR, bank: "B\(number)")
        }
        #expect(scores.snapshot().count < most * 11 / 10)
    }

    @Test("every constant is named once, bounded, explained, and within its bounds unless changed")
    func constants() throws {
        let constants = AdaptiveSettings.constants
        #expect(Set(constants.map(\.name)).count == constants.count)
        for constant in constants {
            #expect(constant.bounds.contains(constant.standard), "\(constant.name)")
            #expect(constant.reason.hasSuffix("."), "\(constant.name)")
            for bound in [constant.bounds.lowerBound, constant.bounds.upperBound] {
                let settings = try AdaptiveSettings([(constant.name, bound)])
                #expect(settings[constant] == bound)
            }
            for value in [
                constant.bounds.lowerBound - 1, constant.bounds.upperBound * 2 + 1, .nan, .infinity,
            ] {
                #expect(throws: AdaptiveSettingsError.outOfBounds(constant)) {
                    try AdaptiveSettings([(constant.name, value)])
                }
            }
        }
        #expect(throws: AdaptiveSettingsError.unknown("luck")) { try AdaptiveSettings([("luck", 1)]) }
    }

    @Test("with any constant at either bound, every candidate is still ranked once")
    func extremes() throws {
        for constant in AdaptiveSettings.constants {
            for bound in [constant.bounds.lowerBound, constant.bounds.upperBound] {
                var scores = AdaptiveScores(settings: try AdaptiveSettings([(constant.name, bound)]))
                for number in 0..<400 as Range<UInt64> {
                    let candidates = (0..<4).map {
                        AdaptiveCandidate(account: Identifier(high: 7, low: $0), cost: Int64($0))
                    }
                    let ranking = scores.rank(
                        candidates, for: .thbQR, bank: "A", value: 1000, attempts: 2, seed: number)
                    #expect(ranking.count == 4)
                    #expect(
                        ranking.allSatisfy { (0.02...0.98).contains($0.score.success) }, "\(constant.name)")
                    scores.record(
                        number % 100 < 60 ? .success : .failure(isRetryable: false),
                        of: ranking[0].account, for: .thbQR, bank: "A")
                }
            }
        }
    }
}
