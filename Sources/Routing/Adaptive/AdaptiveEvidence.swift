/// What was seen at one place (an account, or an account for one bank), in constant space.
///
/// The model: an attempt succeeds with probability `rate × exposure`. For an account the rate is its success
/// probability, and the exposure says how its banks fare against its others; for a bank the rate is that factor,
/// and the exposure is the account's probability. Each is thus judged by what the other does not explain.
struct AdaptiveEvidence: Sendable, Hashable {
    /// What a long memory holds.
    var long = Tally()
    /// What a short memory holds.
    var short = Tally()
    /// How far the short memory is believed, from how well each foretold the outcomes.
    var trust = 0.1
    /// How likely it is that this place differs from its prior at all. Only banks ask.
    var differs = 1.0
    /// Watches for a rate that fell to half or less.
    var outage = ChangeDetector()
    /// Watches for one that fell a little.
    var decline = ChangeDetector()
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
    /// Recoveries lately that did not last: each asks one more success of the next.
    var relapses = 0.0
    /// The attempts since it went down.
    var sinceDown = 0.0
    /// The attempts since the last recovery.
    var sinceRecovery = 0.0
    /// The clock when something was last seen here: idle evidence ages.
    var lastAt: UInt64 = 0
    /// Everything that was ever seen here: of two states, the one that has seen more is the newer.
    var seen: UInt64 = 0

    /// A recovery that lasted so many attempts was one.
    private static let lastingAttempts = 200.0
    /// The most failures and relapses that count: bounds of the pause and of the successes asked.
    private static let failuresMax = 60.0
    private static let relapsesMax = 4.0

    private func age(at clock: UInt64) -> Double { clock > lastAt ? Double(clock - lastAt) : 0 }

    /// The attempts that the evidence is worth.
    func weight(at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let age = age(at: clock)
        return (1 - trust) * long.weight(age, settings.memory)
            + trust * short.weight(age, settings.memoryShort)
    }

    /// The rate, with a prior of so many pseudo-orders.
    func rate(prior: Double, _ pseudo: Double, at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let strength = isDown ? settings.restartPrior : pseudo
        let age = age(at: clock)
        let own =
            (1 - trust) * long.rate(prior, strength, age, settings.memory)
            + trust * short.rate(prior, strength, age, settings.memoryShort)
        return isDown ? own : prior + differs * (own - prior)
    }

    /// Takes one outcome in. `predicted` is what was thought of it before, within (0, 1).
    mutating func learn(
        _ success: Bool, exposure amount: Double, predicted: Double, spread: Double, prior: Double, _ pseudo: Double,
        at clock: UInt64, _ settings: AdaptiveSettings
    ) {
        if isDown { watchRecovery(success, amount, predicted, settings) }
        let age = age(at: clock)
        believe(
            success, amount * long.rate(prior, pseudo, age, settings.memory),
            amount * short.rate(prior, pseudo, age, settings.memoryShort), amount * prior, settings)
        long.learn(success, amount, age, settings.memory)
        short.learn(success, amount, age, settings.memoryShort)
        lastAt = clock
        seen &+= 1
        sinceRecovery += 1
        sinceDown += 1
        watch(success, amount, predicted, spread, pseudo * prior, pseudo, settings)
    }

    /// Bayes over the two memories, with a little for the other at each step, so that belief can turn.
    private mutating func believe(
        _ success: Bool, _ ofLong: Double, _ ofShort: Double, _ ofPrior: Double,
        _ settings: AdaptiveSettings
    ) {
        if differs < 1 {
            let own = min(0.98, max(0.02, (1 - trust) * ofLong + trust * ofShort))
            let alike = min(0.98, max(0.02, ofPrior))
            let forOwn = differs * (success ? own : 1 - own)
            let forAlike = (1 - differs) * (success ? alike : 1 - alike)
            differs = (forOwn / (forOwn + forAlike)) * (1 - 2 * settings.trustShare) + settings.trustShare
        }
        let (long, short) = (min(0.98, max(0.02, ofLong)), min(0.98, max(0.02, ofShort)))
        let forLong = (1 - trust) * (success ? long : 1 - long)
        let forShort = trust * (success ? short : 1 - short)
        let share = forShort / (forLong + forShort)
        trust = share * (1 - 2 * settings.trustShare) + settings.trustShare
    }

    private mutating func watch(
        _ success: Bool, _ amount: Double, _ predicted: Double, _ spread: Double,
        _ priorSuccesses: Double, _ pseudo: Double,
        _ settings: AdaptiveSettings
    ) {
        let low = max(0.02, predicted - settings.alarmConfidence * spread)
        let high = min(0.98, predicted + settings.alarmConfidence * spread)
        outage.update(success, amount, null: low, alternative: low * (1 - settings.outageDrop))
        decline.update(success, amount, null: low, alternative: low * (1 - settings.declineDrop))
        rise.update(success, amount, null: high, alternative: high + (1 - high) * settings.riseGain)
        if outage.ratio >= settings.outageAlarm {
            if !isDown {
                let known = max(0, long.exposure - outage.exposure) + pseudo
                goDown((max(0, long.successes - outage.successes) + priorSuccesses) / known)
            }
            restart(from: outage)
        } else if rise.ratio >= settings.riseAlarm {
            isDown = false
            restart(from: rise)
        } else if decline.ratio >= settings.declineAlarm {
            restart(from: decline)
        }
    }

    /// Only what was seen since the change counts from here on.
    private mutating func restart(from detector: ChangeDetector) {
        long = Tally(successes: detector.successes, exposure: detector.exposure)
        short = long
        (outage, decline, rise) = (ChangeDetector(), ChangeDetector(), ChangeDetector())
    }

    private mutating func goDown(_ rate: Double) {
        isDown = true
        sinceDown = 0
        rateBefore = rate
        failures = 1
        odds = 0
        let lasted = sinceRecovery >= Self.lastingAttempts
        relapses = lasted ? 0 : min(Self.relapsesMax, relapses + 1)
    }

    private mutating func watchRecovery(
        _ success: Bool, _ amount: Double, _ predicted: Double, _ settings: AdaptiveSettings
    ) {
        if !success { failures = min(Self.failuresMax, failures + 1) }
        let back = min(0.98, amount * rateBefore)
        let down = min(back * 0.9, max(0.02, predicted))
        odds = max(settings.oddsFloor, odds * (success ? back / down : (1 - back) / (1 - down)))
    }

    /// Whether the last outcome took it down.
    var hasJustFallen: Bool { isDown && sinceDown == 0 }

    /// Takes back what was concluded in the last moments, where there is a better explanation.
    mutating func forgive(_ settings: AdaptiveSettings) {
        if isDown, sinceDown < 10 { recover(settings.bankPrior) }
        retract(outage.successes, outage.exposure)
        outage = ChangeDetector()
        decline = ChangeDetector()
    }

    /// Takes outcomes back out that have another explanation.
    mutating func retract(_ successes: Double, _ exposure: Double) {
        long.retract(successes, exposure)
        short.retract(successes, exposure)
    }

    /// Whether the successes in a row say that it is back.
    func hasRecovered(_ settings: AdaptiveSettings) -> Bool {
        isDown && odds >= settings.recoveryOdds * (1 + relapses)
    }

    /// Begins again where it was before the outage, with the weight of a prior.
    mutating func recover(_ pseudo: Double) {
        isDown = false
        long = Tally(successes: rateBefore * pseudo, exposure: pseudo)
        short = long
        sinceRecovery = 0
        (outage, decline, rise) = (ChangeDetector(), ChangeDetector(), ChangeDetector())
    }
}

/// A CUSUM of likelihood ratios (Page 1954), as a product, which begins anew whenever no change is the likelier story.
struct ChangeDetector: Sendable, Hashable {
    /// How much likelier a change since the beginning of the run is than none. At least 1.
    var ratio = 1.0
    /// The successes of the run: what is known of the time after the change.
    var successes = 0.0
    /// The exposure of the run.
    var exposure = 0.0

    /// Takes one outcome in, with what it would be worth without and with a change.
    mutating func update(_ success: Bool, _ amount: Double, null: Double, alternative: Double) {
        ratio *= success ? alternative / null : (1 - alternative) / (1 - null)
        guard ratio > 1 else {
            self = ChangeDetector()
            return
        }
        if success { successes += 1 }
        exposure += amount
    }
}

/// Discounted successes and what they would be at rate one.
struct Tally: Sendable, Hashable {
    var successes = 0.0
    var exposure = 0.0

    /// What the exposure is still worth at an age, if the rate walks at random.
    ///
    /// In steady use the weight settles at `memory` attempts.
    func weight(_ age: Double, _ memory: Double) -> Double {
        exposure / (1 + exposure * age / (memory * memory))
    }

    func rate(_ prior: Double, _ pseudo: Double, _ age: Double, _ memory: Double) -> Double {
        let left = 1 / (1 + exposure * age / (memory * memory))
        return (successes * left + pseudo * prior) / (exposure * left + pseudo)
    }

    mutating func learn(_ success: Bool, _ amount: Double, _ age: Double, _ memory: Double) {
        let left = 1 / (1 + exposure * age / (memory * memory))
        successes = successes * left + (success ? 1 : 0)
        exposure = exposure * left + amount
    }

    mutating func retract(_ successes: Double, _ exposure: Double) {
        self.successes = max(0, self.successes - successes)
        self.exposure = max(self.successes, self.exposure - exposure)
    }
}
