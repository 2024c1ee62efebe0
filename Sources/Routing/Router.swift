internal import Core

/// Chooses the accounts for a payment. Pure: the same facts give the same decision, wherever it is made.
public enum Router {
    /// The candidates for a payment in the order in which they are to be tried, and why.
    ///
    /// Eligible accounts, by the first rule that matches, in the order of its strategy. Every candidate is eligible, the
    /// last one too. Where a payin has nobody whose breaker lets it through, those that only their breakers keep out are
    /// taken, the least bad first; a payout has no candidate then.
    ///
    /// - Parameter ranker: what `adaptive` goes by; whoever it leaves out goes by priority.
    public static func decide(
        _ question: RoutingQuestion, among contenders: [Contender], by plan: RoutingPlan = .empty,
        ranker: AccountRanker = { _ in [] }
    ) -> Decision {
        let course = plan.course(for: question)
        var field = Field(question, contenders, course)
        let chance = Chance(order: question.order)
        field.rank(by: course, plan, question, chance, ranker)
        return Decision(
            strategy: course.strategy.rawValue, rule: course.rule, revision: plan.revision,
            seed: course.strategy.drawsChance ? chance.seed : nil, isDegraded: field.isDegraded,
            bounds: Decision.Bounds(attempts: course.attempts, seconds: course.seconds),
            bank: question.bank,
            candidates: field.seats.map(\.account), exclusions: field.exclusions,
            scores: field.seats.map { Decision.Score(account: $0.account, measure: $0.measure) })
    }
}

extension Strategy {
    /// Whether its order depends on the order's id.
    var drawsChance: Bool { self == .split || self == .adaptive }
}

/// The contenders of one decision, told apart.
struct Field {
    /// Who may take the payment.
    private(set) var seats: [Seat] = []
    private(set) var exclusions: [Decision.Exclusion] = []
    /// Whether the seats are taken for want of any that works.
    private(set) var isDegraded = false

    /// A candidate on the way to its place.
    struct Seat {
        let account: Identifier
        /// 0 unless the field is degraded, then less is better.
        let degradation: Int
        /// Less is better: by the strategy.
        var rank: Int64 = 0
        /// Less is better: what equals are told apart by, before the age of the account.
        let place: Int
        let latency: Int64?
        var measure = Decision.Score.Measure.priority(0)
    }

    init(_ question: RoutingQuestion, _ contenders: [Contender], _ course: Course) {
        seats.reserveCapacity(contenders.count)
        exclusions.reserveCapacity(contenders.count)
        let isPayout = question.method.direction == .payout
        var waiting: [(contender: Int, place: Int)] = []
        for index in contenders.indices {
            let account = contenders[index].account
            guard
                let place = course.candidates.map({ $0.place(of: account) }) ?? contenders[index].priority
            else {
                leaveOut(account, .notInRule)
                continue
            }
            if let reason = contenders[index].bar(amount: question.amount, isPayout: isPayout) {
                leaveOut(account, reason)
            } else if contenders[index].breaker.degradation == 0 {
                seat(account, place, 0, contenders[index].latency)
            } else {
                waiting.append((index, place))
            }
        }
        isDegraded = seats.isEmpty && !waiting.isEmpty && !isPayout
        for (index, place) in waiting {
            let breaker = contenders[index].breaker
            if isDegraded {
                seat(contenders[index].account, place, breaker.degradation, contenders[index].latency)
            } else {
                leaveOut(contenders[index].account, breaker.reason)
            }
        }
    }

    private mutating func seat(_ account: Identifier, _ place: Int, _ degradation: Int, _ latency: Int64?) {
        seats.append(Seat(account: account, degradation: degradation, place: place, latency: latency))
    }

    private mutating func leaveOut(_ account: Identifier, _ reason: ExclusionReason) {
        exclusions.append(Decision.Exclusion(account: account, reason: reason))
    }

    /// Puts the seats in order.
    mutating func rank(
        by course: Course, _ plan: RoutingPlan, _ question: RoutingQuestion, _ chance: Chance,
        _ ranker: AccountRanker
    ) {
        switch course.strategy {
        case .priority: rankByPriority()
        case .split: rankByChance(course.candidates, chance)
        case .leastCost: rankByCost(plan.tariffs(of: question.method), question.amount)
        case .fastest: rankByLatency()
        case .adaptive:
            // By priority where the ranker says nothing better, and for it to begin with.
            rankByPriority()
            sort()
            rank(by: ranker, course, plan, question, chance)
            guard isDegraded else { return }
        }
        sort()
    }

    private mutating func sort() {
        seats.sort {
            ($0.degradation, $0.rank, $0.place, $0.account) < ($1.degradation, $1.rank, $1.place, $1.account)
        }
    }

    private mutating func rankByPriority() {
        for index in seats.indices { seats[index].measure = .priority(seats[index].place) }
    }

    private mutating func rankByChance(_ candidates: CandidateList?, _ chance: Chance) {
        guard let candidates else { return rankByPriority() }
        for (rank, place) in chance.places(weights: candidates.weights).enumerated() {
            guard let index = seats.firstIndex(where: { $0.place == place }) else { continue }
            seats[index].rank = Int64(rank)
            seats[index].measure = .weight(candidates.weights[place])
        }
    }

    private mutating func rankByCost(_ tariffs: [Identifier: Tariff], _ amount: Int64) {
        for index in seats.indices {
            let cost = tariffs[seats[index].account]?.cost(of: amount)
            seats[index].rank = cost ?? .max
            seats[index].measure = .cost(cost)
        }
    }

    private mutating func rankByLatency() {
        for index in seats.indices {
            seats[index].rank = seats[index].latency ?? .max
            seats[index].measure = .latency(seats[index].latency)
        }
    }

    private mutating func rank(
        by ranker: AccountRanker, _ course: Course, _ plan: RoutingPlan, _ question: RoutingQuestion,
        _ chance: Chance
    ) {
        let tariffs = plan.tariffs(of: question.method)
        let entrants = seats.map { seat in
            RankingRequest.Entrant(
                account: seat.account, cost: tariffs[seat.account]?.cost(of: question.amount))
        }
        let ranked = ranker(
            RankingRequest(
                question: question, value: course.value.share(of: question.amount),
                attempts: min(course.attempts ?? .max, entrants.count), seed: chance.seed, entrants: entrants)
        )
        // Put where they belong at once: sorting them would cost more than all the rest.
        var placed: [Seat] = []
        placed.reserveCapacity(seats.count)
        for each in ranked {
            guard let place = seats.firstIndex(where: { $0.account == each.account && $0.rank == 0 }) else {
                continue
            }
            seats[place].rank = Int64(placed.count + 1)
            placed.append(seats[place])
            placed[placed.count - 1].measure = .expectation(each.score)
        }
        for seat in seats where seat.rank == 0 {
            placed.append(seat)
            placed[placed.count - 1].rank = .max
        }
        seats = placed
    }
}
