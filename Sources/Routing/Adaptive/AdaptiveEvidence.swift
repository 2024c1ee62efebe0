/// What was seen at one place (an account, or an account for one bank), in constant space.
///
/// The model: an attempt succeeds with probability `rate × exposure`. For an account the rate is its success
/// probability, and the exposure says how its banks fare against its others; for a bank the rate is that factor,
/// and the exposure is the account's probability. Each is thus judged by what the other does not explain.
struct AdaptiveEvidence: Sendable, Hashable {
    /// What a long memory holds: right while nothing changes.
    var long = Tally()
    /// What a short memory holds: right while things drift.
    var short = Tally()
    /// How far the short memory is believed, from how well each foretold the outcomes.
    var trust = 0.1
    /// How likely it is that this place differs from its prior at all. Only banks ask: most are like their account.
    var differs = 1.0
    /// Watches for a rate that fell by much.
    var outage = ChangeDetector()
    /// Watches for one that rose.
    var rise = ChangeDetector()
    /// Set by an outage, cleared by a recovery.
    var isDown = false
    /// The rate before it went down.
    var rateBefore = 0.0
    /// Failures since it went down: what the pause before the next probe grows with.
    var failures = 0.0
    /// The odds that it is back where it was, while down.
    var odds = 0.0
    /// Recoveries lately that did not last: each asks for better odds the next time.
    var relapses = 0.0
    /// Attempts since it went down.
    var sinceDown = 0.0
    /// Attempts since the last recovery.
    var sinceRecovery = 0.0
    /// The group's clock when something was last seen here: idle evidence ages.
    var lastAt: UInt64 = 0
    /// Everything that was ever seen here: of two states, the one that has seen more is the newer.
    var seen: UInt64 = 0

    /// A recovery that lasted so many attempts was one.
    private static let lastingAttempts = 200.0
    /// So many attempts after it fell, a better explanation may still take the fall back.
    private static let forgivableAttempts = 10.0
    /// The most failures and relapses that count: bounds of the pause and of the odds asked.
    private static let failuresMax = 60.0
    private static let relapsesMax = 4.0

    /// What one outcome is to a place.
    struct Outcome {
        let isSuccess: Bool
        /// What a rate of one would have made of it.
        let exposure: Double
        /// The probability that was thought of it, within (0, 1).
        let predicted: Double
        /// That probability's standard deviation.
        let spread: Double
        /// The rate that the place above leads to expect, and the pseudo-orders it counts.
        let prior: Double
        let pseudo: Double
        /// The group's clock.
        let clock: UInt64
    }

    private func age(at clock: UInt64) -> Double { clock > lastAt ? Double(clock - lastAt) : 0 }

    /// The attempts that the evidence is worth.
    func weight(at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let age = age(at: clock)
        return (1 - trust) * long.weight(age, settings.memoryOfLong)
            + trust * short.weight(age, settings.memoryOfShort)
    }

    /// The rate, with a prior of so many pseudo-orders. After a fall the prior counts little.
    func rate(prior: Double, _ pseudo: Double, at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let pseudo = isDown ? settings.priorDown : pseudo
        let age = age(at: clock)
        let own =
            (1 - trust) * long.rate(prior, pseudo, age, settings.memoryOfLong)
            + trust * short.rate(prior, pseudo, age, settings.memoryOfShort)
        return isDown ? own : prior + differs * (own - prior)
    }

    /// Takes one outcome in.
    mutating func learn(_ outcome: Outcome, _ settings: AdaptiveSettings) {
        if isDown { watchRecovery(outcome, settings) }
        take(outcome, settings)
        sinceRecovery += 1
        sinceDown += 1
        watchChanges(outcome, settings)
        if isDown, odds >= settings.recoveryOdds * (1 + relapses) { recover(settings.recoveryWeight) }
    }

    /// Takes one outcome into the memories, and watches for nothing.
    mutating func take(_ outcome: Outcome, _ settings: AdaptiveSettings) {
        let age = age(at: outcome.clock)
        believe(outcome, age, settings)
        long.learn(outcome, age, settings.memoryOfLong)
        short.learn(outcome, age, settings.memoryOfShort)
        lastAt = outcome.clock
        seen &+= 1
    }

    /// Bayes over the memories, and over differing from the prior, with a little for the other at each step, so that
    /// belief can turn (Herbster and Warmuth 1998, fixed share).
    private mutating func believe(_ outcome: Outcome, _ age: Double, _ settings: AdaptiveSettings) {
        func likelihood(_ rate: Double) -> Double {
            let probability = min(0.98, max(0.02, outcome.exposure * rate))
            return outcome.isSuccess ? probability : 1 - probability
        }
        func updated(_ belief: Double, _ forIt: Double, _ against: Double) -> Double {
            let share = belief * forIt / (belief * forIt + (1 - belief) * against)
            return share * (1 - 2 * settings.turn) + settings.turn
        }
        let ofLong = long.rate(outcome.prior, outcome.pseudo, age, settings.memoryOfLong)
        let ofShort = short.rate(outcome.prior, outcome.pseudo, age, settings.memoryOfShort)
        if differs < 1 {
            let own = (1 - trust) * ofLong + trust * ofShort
            differs = updated(differs, likelihood(own), likelihood(outcome.prior))
        }
        trust = updated(trust, likelihood(ofShort), likelihood(ofLong))
    }

    /// A change is what the estimate does not explain, its own uncertainty included.
    private mutating func watchChanges(_ outcome: Outcome, _ settings: AdaptiveSettings) {
        let low = max(0.02, outcome.predicted - settings.alarmConfidence * outcome.spread)
        let high = min(0.98, outcome.predicted + settings.alarmConfidence * outcome.spread)
        outage.update(outcome, null: low, alternative: low * (1 - settings.outageDrop))
        rise.update(outcome, null: high, alternative: (1 + high) / 2)
        if outage.ratio >= settings.outageAlarm {
            if !isDown { fall(outcome, settings) }
            restart(from: outage)
        } else if rise.ratio >= settings.riseAlarm {
            isDown = false
            restart(from: rise)
        }
    }

    /// Only what was seen since the change counts from here on.
    private mutating func restart(from detector: ChangeDetector) {
        long = Tally(successes: detector.successes, exposure: detector.exposure)
        short = long
        (outage, rise) = (ChangeDetector(), ChangeDetector())
    }

    private mutating func fall(_ outcome: Outcome, _ settings: AdaptiveSettings) {
        var known = long
        known.retract(outage)
        rateBefore = known.rate(outcome.prior, outcome.pseudo, 0, settings.memoryOfLong)
        isDown = true
        sinceDown = 0
        failures = 1
        odds = 0
        relapses = sinceRecovery >= Self.lastingAttempts ? 0 : min(Self.relapsesMax, relapses + 1)
    }

    /// Bayes again: back where it was, or still as bad as it lately is.
    private mutating func watchRecovery(_ outcome: Outcome, _ settings: AdaptiveSettings) {
        if !outcome.isSuccess { failures = min(Self.failuresMax, failures + 1) }
        let back = min(0.98, max(0.02, outcome.exposure * rateBefore))
        let down = min(back * 0.9, max(0.02, outcome.predicted))
        let ratio = outcome.isSuccess ? back / down : (1 - back) / (1 - down)
        odds = min(1e6, max(settings.oddsMin, odds * ratio))
    }

    /// Begins again where it was before the outage, with evidence of some weight.
    private mutating func recover(_ weight: Double) {
        isDown = false
        long = Tally(successes: rateBefore * weight, exposure: weight)
        short = long
        sinceRecovery = 0
        (outage, rise) = (ChangeDetector(), ChangeDetector())
    }

    /// Whether the last outcome took it down.
    var hasJustFallen: Bool { isDown && sinceDown == 0 }

    /// Takes back what was concluded in the last moments, where there is a better explanation.
    mutating func forgive(_ settings: AdaptiveSettings) {
        if isDown, sinceDown < Self.forgivableAttempts { recover(settings.bankPrior) }
        retract(outage)
        outage = ChangeDetector()
        // Newer than the state that is not forgiven.
        seen &+= 1
    }

    /// Takes a run of outcomes back out that has another explanation.
    mutating func retract(_ run: ChangeDetector) {
        long.retract(run)
        short.retract(run)
    }
}
