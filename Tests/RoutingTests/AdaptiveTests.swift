import Core
import Routing
import Testing

@Suite("Adaptive scores")
struct AdaptiveTests {
    static let (first, second) = (Identifier(high: 1, low: 1), Identifier(high: 1, low: 2))
    static let method = PaymentMethod.thbBank
    static let failure = AdaptiveScores.Result.failure(isRetryable: true)

    static func candidates(costs: Int64...) -> [AdaptiveCandidate] {
        zip([first, second], costs).map { AdaptiveCandidate(account: $0, cost: $1) }
    }

    /// Scores that saw so many successes in a hundred of each, evenly.
    static func scores(_ successes: (Int, Int), hundreds: Int = 5, bank: String? = nil) -> AdaptiveScores {
        var scores = AdaptiveScores()
        for number in 0..<(hundreds * 100) {
            for (account, share) in [(first, successes.0), (second, successes.1)] {
                let isSuccess = (number * share) / 100 != ((number + 1) * share) / 100
                scores.record(isSuccess ? .success : failure, of: account, for: method, bank: bank)
            }
        }
        return scores
    }

    /// How many of so many orders go to the first account at first.
    static func share(_ scores: inout AdaptiveScores, orders: Int, bank: String? = nil) -> Int {
        (0..<orders).count { order in
            scores.rank(
                candidates(costs: 100, 100), for: method, bank: bank, value: 10_000, seed: UInt64(order)
            )[0].account == first
        }
    }

    static func entry(_ account: Identifier, _ scores: AdaptiveScores, bank: String? = nil)
        -> AdaptiveScore?
    {
        var copy = scores
        return copy.rank(candidates(costs: 100, 100), for: method, bank: bank, value: 10_000, seed: 1)
            .first { $0.account == account }?.score
    }

    @Test("prefer the greatest expected value, success × value − cost")
    func expectedValue() {
        var scores = Self.scores((95, 85))
        #expect(Self.share(&scores, orders: 200) > 190)
        let dear = (0..<200).count { order in
            scores.rank(
                Self.candidates(costs: 2000, 100), for: Self.method, value: 10_000, seed: UInt64(order)
            )[0].account == Self.second
        }
        #expect(dear > 190)
        #expect(abs((Self.entry(Self.first, scores)?.success ?? 0) - 0.95) < 0.03)
    }

    @Test("try the cheaper of two first where the other may be tried after it")
    func plan() {
        var scores = Self.scores((95, 88))
        let once = scores.rank(
            Self.candidates(costs: 300, 100), for: Self.method, value: 10_000, attempts: 1, seed: 9)
        #expect(once.map(\.account) == [Self.first, Self.second])
        let twice = scores.rank(
            Self.candidates(costs: 300, 100), for: Self.method, value: 10_000, attempts: 2, seed: 9)
        #expect(twice.map(\.account) == [Self.second, Self.first])
    }

    @Test("give the same answer for the same evidence and seed")
    func deterministic() {
        let scores = Self.scores((90, 89))
        for seed in 0..<500 as Range<UInt64> {
            var (one, other) = (scores, scores)
            let ranking = one.rank(
                Self.candidates(costs: 100, 120), for: Self.method, value: 9999, attempts: 2, seed: seed)
            let again = other.rank(
                Self.candidates(costs: 100, 120), for: Self.method, value: 9999, attempts: 2, seed: seed)
            #expect(ranking == again)
        }
    }

    @Test("every candidate is ranked once, and nobody else")
    func permutation() {
        var scores = Self.scores((95, 60))
        for seed in 0..<300 as Range<UInt64> {
            let accounts = (0..<Int(seed % 6)).map { Identifier(high: 1, low: UInt64($0)) }
            let ranking = scores.rank(
                accounts.map { AdaptiveCandidate(account: $0, cost: Int64(seed)) }, for: Self.method,
                bank: seed % 2 == 0 ? "A" : nil, value: 10_000, attempts: 1 + Int(seed % 4), seed: seed)
            #expect(ranking.map(\.account).sorted() == accounts)
        }
    }

    @Test("customers' failures do not count against an account")
    func customers() {
        var scores = Self.scores((95, 90))
        let before = Self.entry(Self.first, scores)
        for _ in 0..<100 { scores.record(.customer, of: Self.first, for: Self.method, bank: "A") }
        let after = Self.entry(Self.first, scores)
        #expect(before?.success == after?.success)
        #expect(before?.weight == after?.weight)
        #expect(after?.isDown == false)
        #expect(Self.share(&scores, orders: 100) > 95)
    }

    @Test("leave a dead account after four failures, and find it again when it is back")
    func outage() {
        var scores = Self.scores((95, 85))
        for _ in 0..<4 { scores.record(Self.failure, of: Self.first, for: Self.method) }
        #expect(Self.entry(Self.first, scores)?.isDown == true)
        #expect(play(&scores, orders: 600, firstWorks: false) < 45)
        // Back: probes find it, and it leads again.
        _ = play(&scores, orders: 300, firstWorks: true)
        #expect(Self.entry(Self.first, scores)?.isDown == false)
        #expect(play(&scores, orders: 100, firstWorks: true) > 90)
    }

    /// Plays orders at once; the first account works or is dead, the second works six times in seven. How many went to the first.
    private func play(_ scores: inout AdaptiveScores, orders: Int, firstWorks: Bool) -> Int {
        var toFirst = 0
        for order in 0..<orders {
            let ranking = scores.rank(
                Self.candidates(costs: 100, 100), for: Self.method, value: 10_000, seed: UInt64(order))
            let account = ranking[0].account
            let works = account == Self.first ? firstWorks : order % 7 != 0
            if account == Self.first { toFirst += 1 }
            scores.record(works ? .success : Self.failure, of: account, for: Self.method)
        }
        return toFirst
    }

    @Test("a bank that fails at one account goes to another, and the other banks stay")
    func banks() {
        var scores = Self.scores((95, 85), bank: "A")
        for number in 0..<60 {
            scores.record(
                number % 3 == 0 ? Self.failure : .success, of: Self.first, for: Self.method,
                bank: number % 3 == 0 ? "B" : "A")
        }
        #expect(Self.share(&scores, orders: 100, bank: "A") > 90)
        #expect(Self.share(&scores, orders: 100, bank: "B") < 20)
        #expect(Self.entry(Self.first, scores, bank: "A")?.isDown == false)
    }

    @Test("an outage of the account is not remembered against its banks")
    func outageOfAll() throws {
        var scores = Self.scores((95, 85), bank: "A")
        for _ in 0..<10 { scores.record(.success, of: Self.first, for: Self.method, bank: "B") }
        let before = try #require(Self.entry(Self.first, scores, bank: "B")?.success)
        for _ in 0..<5 {
            for number in 0..<8 {
                let bank = number % 2 == 0 ? "A" : "B"
                scores.record(Self.failure, of: Self.first, for: Self.method, bank: bank)
            }
            #expect(Self.entry(Self.first, scores, bank: "A")?.isDown == true)
            for _ in 0..<200 { scores.record(.success, of: Self.first, for: Self.method, bank: "A") }
        }
        let after = try #require(Self.entry(Self.first, scores, bank: "B"))
        #expect(!after.isDown)
        #expect(abs(after.success - before) < 0.03)
    }

    /// How many of so many orders would look at another account; 200 orders unless told.
    static func looks(_ scores: AdaptiveScores, orders: Int = 200) -> Int {
        var copy = scores
        return (0..<orders).count { order in
            copy.rank(candidates(costs: 100, 100), for: method, value: 10_000, seed: UInt64(order))[0].score
                .reason
                == .exploration
        }
    }

    @Test("looking at others costs no more than the budget, and ends where nothing is to be learnt")
    func exploration() throws {
        let settled = Self.scores((95, 80), hundreds: 2)
        #expect(Self.looks(settled, orders: 10_000) == 0)
        var young = AdaptiveScores()
        for _ in 0..<10 {
            young.record(.success, of: Self.first, for: Self.method)
            young.record(.success, of: Self.second, for: Self.method)
        }
        young.record(Self.failure, of: Self.second, for: Self.method)
        // What has begun a moment ago is not thought to last until looking has paid.
        #expect(Self.looks(young) == 0)
        for number in 0..<400 {
            young.record(number % 10 == 0 ? Self.failure : .success, of: Self.first, for: Self.method)
        }
        #expect((40...160).contains(Self.looks(young, orders: 1_000)))
        for (budget, most) in [(0.0, 0), (0.001, 30)] {
            young.settings = try AdaptiveSettings([("exploration", budget)])
            #expect(Self.looks(young) <= most)
        }
    }

    @Test("an account that seemed poor is looked at again when the evidence has aged")
    func idle() {
        var scores = AdaptiveScores()
        for number in 0..<20 {
            scores.record(.success, of: Self.first, for: Self.method)
            scores.record(number % 5 < 3 ? .success : Self.failure, of: Self.second, for: Self.method)
        }
        for number in 0..<500 {
            scores.record(number % 7 == 0 ? Self.failure : .success, of: Self.first, for: Self.method)
        }
        #expect(Self.looks(scores) == 0)
        for number in 0..<30_000 {
            scores.record(number % 7 == 0 ? Self.failure : .success, of: Self.first, for: Self.method)
        }
        #expect(Self.looks(scores) > 0)
    }

    @Test("what a dead account does is not thought of a new one")
    func deadAndNew() throws {
        var scores = Self.scores((95, 95))
        for _ in 0..<300 { scores.record(Self.failure, of: Self.first, for: Self.method) }
        let new = AdaptiveCandidate(account: Identifier(high: 1, low: 3), cost: 100)
        let entries = scores.rank([new], for: Self.method, value: 10_000, seed: 1)
        let success = try #require(entries.first).score.success
        #expect(success > 0.85)
    }

    @Test("failures that ended their orders in an outage are no reason to go elsewhere after it")
    func timeouts() {
        var scores = Self.scores((95, 95))
        func firstOfTwo() -> Identifier {
            var copy = scores
            return copy.rank(
                Self.candidates(costs: 100, 300), for: Self.method, value: 10_000, attempts: 2, seed: 3
            )[0].account
        }
        #expect(firstOfTwo() == Self.first)
        for _ in 0..<60 {
            scores.record(.failure(isRetryable: false), of: Self.first, for: Self.method)
        }
        #expect(firstOfTwo() == Self.second)
        for _ in 0..<10 { scores.record(.success, of: Self.first, for: Self.method) }
        #expect(Self.entry(Self.first, scores)?.isDown == false)
        #expect(firstOfTwo() == Self.first)
    }
}
