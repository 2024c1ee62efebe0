import Core
import JSON
import TestSupport
import Testing

@testable import Routing

@Suite("Eligibility")
struct EligibilityTests {
    private static func alpha(_ change: (inout Contender) -> Void) -> Contender {
        var contender = Town.contender("alpha")
        change(&contender)
        return contender
    }

    @Test(
        "keeps out, with the reason",
        arguments: [
            (alpha { $0.bank = .notServed }, ExclusionReason.bankNotServed),
            (alpha { $0.bank = .limited(1...99_999) }, .bankAboveMaximum),
            (alpha { $0.bank = .limited(100_001...200_000) }, .bankBelowMinimum),
            (alpha { $0.isInMaintenance = true }, .maintenance),
            (alpha { $0.room = .init(amount: 99_999, payments: nil) }, .capAmount),
            (alpha { $0.room = .init(amount: nil, payments: 0) }, .capPayments),
            (alpha { $0.funds = .unknown }, .balanceUnknown),
            (alpha { $0.funds = .available(99_999) }, .balanceTooLow),
            (alpha { $0.breaker = .open }, .breakerOpen),
            (alpha { $0.breaker = .halfOpen(admits: false) }, .breakerHalfOpen),
            (alpha { $0.breaker = .switchedOff }, .breakerSwitchedOff),
        ])
    func reasons(_ contender: Contender, _ reason: ExclusionReason) {
        let decision = Router.decide(Town.question(.thbBank), among: [contender])
        #expect(decision.candidates.isEmpty && !decision.isDegraded)
        #expect(decision.exclusions.map(\.reason) == [reason])
        let both = Router.decide(Town.question(.thbBank), among: [contender, Town.contender("beta")])
        #expect(Town.names(both) == ["beta"])
    }

    @Test("lets in what covers the payment to the last minor unit")
    func lastUnit() {
        let contender = Self.alpha {
            $0.bank = .limited(100_000...100_000)
            $0.room = .init(amount: 100_000, payments: 1)
            $0.funds = .available(100_000)
            $0.breaker = .halfOpen(admits: true)
        }
        #expect(Router.decide(Town.question(.thbBank), among: [contender]).candidates.count == 1)
    }

    @Test("a payin whose accounts all fail takes the best of them; a payout waits")
    func degraded() {
        var contenders = Town.everybody
        contenders[0].breaker = .open
        contenders[1].breaker = .switchedOff
        contenders[2].breaker = .open
        contenders[2].isInMaintenance = true
        contenders[3].breaker = .halfOpen(admits: false)
        let payin = Router.decide(Town.question(), among: contenders)
        #expect(payin.isDegraded && Town.names(payin) == ["delta", "alpha"])
        #expect(payin.exclusions.map(\.reason) == [.breakerSwitchedOff, .maintenance])
        let payout = Router.decide(Town.question(.thbBank), among: contenders)
        #expect(payout.candidates.isEmpty && !payout.isDegraded)
        #expect(
            Set(payout.exclusions.map(\.reason))
                == [.breakerOpen, .breakerSwitchedOff, .maintenance, .breakerHalfOpen])
        contenders[1].breaker = .closed
        let better = Router.decide(Town.question(), among: contenders)
        #expect(!better.isDegraded && Town.names(better) == ["beta"])
    }

    @Test("a payin does not look at balances")
    func payinBalance() {
        let contender = Self.alpha { $0.funds = .available(0) }
        #expect(Router.decide(Town.question(), among: [contender]).candidates.count == 1)
    }

    @Test("holds for every candidate under any document, strategy and fallback")
    func property() throws {
        var random = SeededGenerator()
        var (decided, degraded) = (0, 0)
        for _ in 0..<2000 {
            let document = try RuleDocument(JSON.parse(RandomDocument.text(&random)))
            #expect(try RuleDocument(document.json) == document, "seed \(random.seed)")
            let plan = RoutingPlan(document, Town.names)
            let contenders = Town.accounts.map { RandomDocument.contender($0.name, &random) }
            let question = RandomDocument.question(&random)
            let rule = document.rules.first { Self.matches($0, question) }
            var noise = random
            let decision = Router.decide(question, among: contenders, by: plan) { request in
                (request.entrants.map(\.account) + Town.accounts.map(\.id)).shuffled(using: &noise)
                    .dropFirst(2).map {
                        RankedAccount(account: $0, score: AdaptiveScore(expected: 0, success: 0.5))
                    }
            }
            let comment: Comment = "seed \(random.seed): \(question), \(contenders), \(decision)"
            #expect(decision.rule == rule?.name, comment)
            #expect(decision.strategy == rule?.strategy.rawValue ?? "priority", comment)
            let told = decision.candidates + decision.exclusions.map(\.account)
            #expect(told.count == contenders.count && Set(told) == Set(contenders.map(\.account)), comment)
            #expect(decision.scores.map(\.account) == decision.candidates, comment)
            let listed = rule.map { $0.candidates.map { Town.account($0.account) } } ?? []
            for candidate in decision.candidates {
                let contender = try #require(contenders.first { $0.account == candidate })
                #expect(Self.isEligible(contender, question, isDegraded: decision.isDegraded), comment)
                #expect(listed.isEmpty || listed.contains(candidate), comment)
            }
            let healthy = contenders.contains { contender in
                (listed.isEmpty || listed.contains(contender.account))
                    && Self.isEligible(contender, question, isDegraded: false)
            }
            #expect(!healthy || !decision.candidates.isEmpty && !decision.isDegraded, comment)
            decided += decision.candidates.isEmpty ? 0 : 1
            degraded += decision.isDegraded ? 1 : 0
        }
        // The worlds are such that there is something to see.
        #expect(decided > 200 && degraded > 10, "seed \(random.seed)")
    }

    /// Written again from DESIGN.md section 7.
    private static func isEligible(
        _ contender: Contender, _ question: RoutingQuestion, isDegraded: Bool
    ) -> Bool {
        guard contender.isEnabled, !contender.isRequestInvalid, !contender.isInMaintenance,
            let limits = contender.limits, limits.amounts ~= question.amount,
            question.amount.isMultiple(of: limits.step),
            contender.room.amount ?? .max >= question.amount, contender.room.payments ?? 1 > 0
        else { return false }
        if case .limited(let range) = contender.bank, !range.contains(question.amount) { return false }
        if contender.bank == .notServed || contender.breaker == .switchedOff { return false }
        let isPayin = question.method.direction == .payin
        if !isPayin {
            if contender.funds == .unknown { return false }
            if case .available(let left) = contender.funds, left < question.amount { return false }
        }
        let works = contender.breaker == .closed || contender.breaker == .halfOpen(admits: true)
        return works || isDegraded && isPayin
    }

    /// The same as the compiled rule, from the document's own words.
    private static func matches(_ rule: Rule, _ question: RoutingQuestion) -> Bool {
        let when = rule.when
        let method = question.method
        let apps = ["shop/web": Town.web.id, "shop/till": Town.till.id, "bank/desk": Town.desk.id]
        let merchants = ["shop": Town.shop.id, "bank": Town.bank.id]
        guard when.currencies.isEmpty || when.currencies.contains(method.currency),
            when.directions.isEmpty || when.directions.contains(method.direction),
            when.methods.isEmpty || when.methods.contains(method),
            when.merchants.isEmpty || when.merchants.contains(where: { merchants[$0] == question.merchant }),
            when.apps.isEmpty || when.apps.contains(where: { apps[$0] == question.app }),
            when.banks.isEmpty || question.bank.map(when.banks.contains) ?? false
        else { return false }
        if let amount = when.amount {
            guard amount.currency == method.currency, amount.minimum ?? 0 <= question.amount,
                amount.maximum ?? .max >= question.amount
            else { return false }
        }
        if let buckets = when.customers {
            guard let id = question.customer, buckets.contains(CustomerBucket.bucket(of: id)) else {
                return false
            }
        }
        return when.times.isEmpty || when.times.contains { holds($0, question.time) }
    }

    /// Looks at the clock of the zone, on the day and on the day before.
    private static func holds(_ window: TimeWindow, _ time: Timestamp) -> Bool {
        let local = time + .seconds(window.zone.offset * 60)
        let day = local.seconds / 86_400
        let minute = Int(local.seconds % 86_400) / 60
        func isDay(_ number: Int64) -> Bool {
            let weekday = Weekday.allCases[Int((number + 3) % 7)]
            return window.days.isEmpty || window.days.contains(weekday)
        }
        guard let hours = window.hours else { return isDay(day) }
        if hours.from < hours.to { return isDay(day) && (hours.from..<hours.to).contains(minute) }
        return isDay(day) && minute >= hours.from || isDay(day - 1) && minute < hours.to
    }
}
