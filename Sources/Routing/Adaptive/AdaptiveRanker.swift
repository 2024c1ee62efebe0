/// One decision under way.
struct AdaptiveRanker {
    private let candidates: [AdaptiveCandidate]
    private let settings: AdaptiveSettings
    private let value: Double
    private let customers: Double
    /// Orders for which what a look teaches is of use.
    private let horizon: Double
    private var contenders: [Contender] = []
    private var attempts: [PlannedAttempt] = []
    private var plan: [Int] = []
    /// What each account's attempt is followed by where it is put first.
    private var rests: [Double] = []
    /// The plan's expected value, and what losses and gains are shares of.
    private var worth = 0.0
    private var scale = 0.0

    /// What the scores say of one candidate.
    private struct Contender {
        var view: AdaptiveScores.Pool.View
        var retryable: Double
        var outage: Outage?
    }

    /// What is known of one that is down.
    private struct Outage {
        /// The success that it had before.
        var before = 1.0
        var failures = 0.0
        var odds = Double.infinity
        /// Decisions since it was last probed.
        var waited = UInt64.max

        mutating func add(_ place: AdaptiveScores.Place, decisions: UInt64) {
            before *= place.evidence.rateBefore
            failures = max(failures, place.evidence.failures)
            odds = min(odds, place.evidence.odds)
            waited = min(waited, decisions &- place.probedAt)
        }
    }

    /// Looks each candidate up once, and plans.
    init(
        _ candidates: [AdaptiveCandidate], in pool: AdaptiveScores.Pool, bank: AdaptiveScores.Group?,
        value: Double, attempts count: Int, _ settings: AdaptiveSettings
    ) {
        self.candidates = candidates
        self.settings = settings
        self.value = value
        customers = pool.customers.share
        let youth = min(settings.horizon, settings.horizonShare * Double(pool.accounts.clock))
        horizon = count > 1 ? youth * settings.horizonRetries : youth
        contenders.reserveCapacity(candidates.count)
        attempts.reserveCapacity(candidates.count)
        let prior = pool.rateTogether(settings)
        let stops = count > 1 ? pool.accounts.stopsTogether : 0
        for (index, candidate) in candidates.enumerated() {
            let own = pool.accounts.places.index(of: candidate.account)
            let ofBank = bank?.places.index(of: candidate.account)
            let view = pool.view(own, in: bank, ofBank, prior: prior, settings)
            let retryable =
                own.map { pool.accounts.places.values[$0].retryable(stopsTogether: stops) }
                ?? AdaptiveScores.Retries().share
            var outage: Outage?
            if own.map({ pool.accounts.places.values[$0].evidence.isDown }) == true
                || ofBank.map({ bank?.places.values[$0].evidence.isDown }) == true
            {
                outage = Self.outage(
                    own.map { pool.accounts.places.values[$0] }, ofBank.flatMap { bank?.places.values[$0] },
                    view,
                    pool.accounts.decisions, bank?.decisions ?? 0)
            }
            contenders.append(Contender(view: view, retryable: retryable, outage: outage))
            attempts.append(planned(index, success: view.success))
        }
        plan = AttemptPlan.best(attempts, count: count)
        worth = AttemptPlan.worth(attempts, plan, count: count)
        rests = AttemptPlan.rests(attempts, plan, count: count)
        scale = max(worth, value * Self.scaleMin, 1)
    }

    /// Losses are shares of the plan's worth, or of this part of the value where everything is down.
    private static let scaleMin = 0.05

    private static func outage(
        _ place: AdaptiveScores.Place?, _ bankPlace: AdaptiveScores.Place?, _ view: AdaptiveScores.Pool.View,
        _ decisions: UInt64, _ bankDecisions: UInt64
    ) -> Outage {
        var outage = Outage()
        if let place, place.evidence.isDown {
            outage.add(place, decisions: decisions)
        } else {
            outage.before *= view.rate
        }
        if let bankPlace, bankPlace.evidence.isDown {
            outage.add(bankPlace, decisions: bankDecisions)
        } else {
            outage.before *= view.factor
        }
        return outage
    }

    private func planned(_ index: Int, success: Double) -> PlannedAttempt {
        PlannedAttempt(
            success: success, retryable: contenders[index].retryable, customers: customers, value: value,
            cost: Double(candidates[index].cost))
    }

    /// What the plan would be worth with one account first, at a probability that may not be what we think.
    private func worth(first index: Int, success: Double) -> Double {
        let supposed = planned(index, success: success)
        return supposed.gain + supposed.next * rests[index]
    }

    /// What is lost by trying one first, as a share of what the best plan is worth.
    private func loss(first index: Int) -> Double {
        max(0, worth - worth(first: index, success: contenders[index].view.success)) / scale
    }

    /// An account that is down and was left alone for long enough.
    ///
    /// A probe costs a loss, and a recovery that is not found costs a gain per order. If an outage that has lasted some
    /// time is likely to last as long again, the pause with the least of both grows with the square root of the time:
    /// linearly with the failed probes, by half of loss over gain.
    func dueProbe() -> Int? {
        for (index, contender) in contenders.enumerated() where index != plan[0] {
            guard let outage = contender.outage else { continue }
            let back = min(0.98, max(0.02, outage.before))
            let gain = max(settings.probeGain, (worth(first: index, success: back) - worth) / scale)
            let eagerness = (1 + outage.odds) * (1 + settings.probeHaste * outage.odds)
            let pause = settings.probePace * outage.failures * loss(first: index) / (2 * gain * eagerness)
            let least = outage.odds > Self.oddsHopeful ? Self.pauseHopeful : settings.probePauseMin
            if Double(outage.waited) >= min(settings.probePauseMax, max(least, pause)) { return index }
        }
        return nil
    }

    /// From these odds on a probe follows the last one closely.
    private static let oddsHopeful = 0.5
    private static let pauseHopeful = 2.0

    /// An account that may be better than the leader, where looking is worth more than it costs, as the budget allows.
    ///
    /// To know the account as well again takes as many looks as the estimate is worth, each at what the account is behind; what
    /// they might teach is of use for `horizon` orders (knowledge gradient, Frazier and others 2008, with a horizon of our own, that
    /// grows with what was seen: what has lasted so long is likely to last for a part of that again).
    func exploration(_ seed: UInt64) -> Int? {
        var found: Int?
        var greatest = 1.0
        let ofLeader = deviation(plan[0])
        for index in contenders.indices where index != plan[0] {
            let own = deviation(index)
            let spread = max(1e-9, (own * own + ofLeader * ofLeader).squareRoot())
            let behind = max(1e-9, loss(first: index) * scale)
            let looks = contenders[index].view.weightAhead
            let worthwhile = horizon * spread * Self.improvement(behind / spread) / (looks * behind)
            if worthwhile > greatest {
                greatest = worthwhile
                found = index
            }
        }
        guard let found else { return nil }
        let share = min(settings.explorationMax, settings.exploration / max(1e-9, loss(first: found)))
        return Self.uniform(seed) < share ? found : nil
    }

    /// What one standard deviation of an account's success is worth when it is first.
    private func deviation(_ index: Int) -> Double {
        let view = contenders[index].view
        return worth(first: index, success: view.success + view.spreadAhead)
            - worth(first: index, success: view.success)
    }

    /// By how many standard deviations a normal variable exceeds `z` ≥ 0 of them, on average, if what is below counts
    /// nothing. To 2 % up to 2.5; beyond, somewhat much.
    private static func improvement(_ z: Double) -> Double { tail(z) / (1.2533 + z * (0.6 + 0.055 * z)) }

    /// The normal distribution's upper tail at `z` ≥ 0, to 0.00025 (Abramowitz and Stegun 26.2.18).
    private static func tail(_ z: Double) -> Double {
        let sum = 1 + z * (0.196854 + z * (0.115194 + z * (0.000344 + z * 0.019527)))
        return 0.5 / (sum * sum * sum * sum)
    }

    /// A number in [0, 1) from any seed, an order's id among them (SplitMix64's finaliser).
    private static func uniform(_ seed: UInt64) -> Double {
        var mixed = seed &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Double(mixed >> 11) * 0x1p-53
    }

    /// The accounts with their scores, in the order of the plan; one of them before it, with why, where there is a reason.
    func ranked(first: Int? = nil, because reason: AdaptiveScore.Reason? = nil) -> [RankedAccount] {
        var ranked: [RankedAccount] = []
        ranked.reserveCapacity(plan.count)
        if let first { ranked.append(score(first, reason)) }
        for index in plan where index != first { ranked.append(score(index, nil)) }
        return ranked
    }

    private func score(_ index: Int, _ reason: AdaptiveScore.Reason?) -> RankedAccount {
        let view = contenders[index].view
        return RankedAccount(
            account: candidates[index].account,
            score: AdaptiveScore(
                expected: attempts[index].gain, success: view.success, spread: view.spread,
                weight: view.weight, cost: candidates[index].cost, isDown: contenders[index].outage != nil,
                reason: reason))
    }
}
