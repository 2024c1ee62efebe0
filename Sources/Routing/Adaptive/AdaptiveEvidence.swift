/// What was seen at one place (an account, or an account for one bank), in constant space.
///
/// The model: an attempt succeeds with probability `rate × exposure`. For an account the rate is its success
/// probability, and the exposure says how its banks fare against its others; for a bank the rate is that factor,
/// and the exposure is the account's probability. Each is thus judged by what the other does not explain.
struct AdaptiveEvidence: Sendable, Hashable {
    /// Discounted successes.
    var successes = 0.0
    /// Discounted exposure: what the successes would be at rate one.
    var exposure = 0.0
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
    /// Failures since it went down, halved by each success: what the pause before the next probe grows with.
    var failures = 0.0
    /// Successes since the last failure while down.
    var streak = 0.0
    /// Recoveries lately that did not last: each asks one more success of the next.
    var relapses = 0.0
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

    /// How much is still worth at a clock: a random walk of the rate takes the weight of old evidence.
    ///
    /// In steady use the weight settles at `memory` attempts.
    func weight(at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let age = clock > lastAt ? Double(clock - lastAt) : 0
        return exposure / (1 + exposure * age / (settings.memory * settings.memory))
    }

    /// The rate, with a prior of so many pseudo-orders.
    func rate(prior: Double, _ pseudo: Double, at clock: UInt64, _ settings: AdaptiveSettings) -> Double {
        let weight = weight(at: clock, settings)
        let scale = exposure > 0 ? weight / exposure : 0
        let strength = isDown ? settings.restartPrior : pseudo
        return (successes * scale + strength * prior) / (weight + strength)
    }

    /// Takes one outcome in. `predicted` is what was thought of it before, within (0, 1).
    mutating func learn(
        _ success: Bool, exposure amount: Double, predicted: Double, prior: Double, _ pseudo: Double,
        at clock: UInt64, _ settings: AdaptiveSettings
    ) {
        let weight = weight(at: clock, settings)
        if exposure > 0 { successes *= weight / exposure }
        exposure = weight + amount
        if success { successes += 1 }
        lastAt = clock
        seen &+= 1
        sinceRecovery += 1
        if isDown { watchRecovery(success, settings) }
        watch(success, amount, predicted, pseudo * prior, pseudo, settings)
    }

    private mutating func watch(
        _ success: Bool, _ amount: Double, _ predicted: Double, _ priorSuccesses: Double, _ pseudo: Double,
        _ settings: AdaptiveSettings
    ) {
        let fell = predicted * (1 - settings.outageDrop)
        let sank = predicted * (1 - settings.declineDrop)
        let rose = predicted + (1 - predicted) / 2
        outage.update(success, amount, null: predicted, alternative: fell)
        decline.update(success, amount, null: predicted, alternative: sank)
        rise.update(success, amount, null: predicted, alternative: rose)
        if outage.ratio >= settings.outageAlarm {
            if !isDown {
                let known = max(0, exposure - outage.exposure) + pseudo
                goDown((max(0, successes - outage.successes) + priorSuccesses) / known)
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
        successes = detector.successes
        exposure = detector.exposure
        (outage, decline, rise) = (ChangeDetector(), ChangeDetector(), ChangeDetector())
    }

    private mutating func goDown(_ rate: Double) {
        isDown = true
        rateBefore = rate
        failures = 1
        streak = 0
        let lasted = sinceRecovery >= Self.lastingAttempts
        relapses = lasted ? 0 : min(Self.relapsesMax, relapses + 1)
    }

    private mutating func watchRecovery(_ success: Bool, _ settings: AdaptiveSettings) {
        guard success else {
            failures = min(Self.failuresMax, failures + 1)
            streak = 0
            return
        }
        failures /= settings.probeShrink
        streak += 1
    }

    /// Whether the successes in a row say that it is back.
    func hasRecovered(_ settings: AdaptiveSettings) -> Bool {
        isDown && streak >= settings.revival + relapses
    }

    /// Begins again where it was before the outage, with the weight of a prior.
    mutating func recover(_ pseudo: Double) {
        isDown = false
        successes = rateBefore * pseudo
        exposure = pseudo
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
