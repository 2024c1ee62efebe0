/// A CUSUM of likelihood ratios (Page 1954), as a product, which begins anew whenever no change is the likelier story.
struct ChangeDetector: Sendable, Hashable {
    /// How much likelier a change since the beginning of the run is than none. At least 1.
    var ratio = 1.0
    /// The successes of the run: what is known of the time after the change.
    var successes = 0.0
    /// The exposure of the run.
    var exposure = 0.0

    /// Takes one outcome in, with its probability of success without and with a change.
    mutating func update(_ outcome: AdaptiveEvidence.Outcome, null: Double, alternative: Double) {
        ratio *= outcome.isSuccess ? alternative / null : (1 - alternative) / (1 - null)
        guard ratio > 1 else {
            self = ChangeDetector()
            return
        }
        if outcome.isSuccess { successes += 1 }
        exposure += outcome.exposure
    }
}

/// Discounted successes, and what they would be at rate one.
struct Tally: Sendable, Hashable {
    var successes = 0.0
    var exposure = 0.0

    /// What share of the evidence is left at an age in orders, if the rate walks at random (Kalman's prediction), and may
    /// have jumped while nobody looked.
    ///
    /// In steady use the weight thus settles at the memory's attempts; a place that is seldom used forgets sooner.
    private func left(_ age: Double, _ memory: Memory) -> Double {
        1 / (1 + exposure * age / (memory.attempts * memory.attempts) + max(0, age - 1) / memory.idle)
    }

    /// The attempts that it is still worth.
    func weight(_ age: Double, _ memory: Memory) -> Double { exposure * left(age, memory) }

    /// The rate, with a prior of so many pseudo-orders.
    func rate(_ prior: Double, _ pseudo: Double, _ age: Double, _ memory: Memory) -> Double {
        let left = left(age, memory)
        return (successes * left + pseudo * prior) / (exposure * left + pseudo)
    }

    /// Takes one outcome in.
    mutating func learn(_ outcome: AdaptiveEvidence.Outcome, _ age: Double, _ memory: Memory) {
        let left = left(age, memory)
        successes = successes * left + (outcome.isSuccess ? 1 : 0)
        exposure = exposure * left + outcome.exposure
    }

    /// Takes a run of outcomes back out.
    mutating func retract(_ run: ChangeDetector) {
        successes = max(0, successes - run.successes)
        exposure = max(successes, exposure - run.exposure)
    }
}

/// How evidence ages.
struct Memory: Sendable {
    /// Attempts that it holds in steady use.
    let attempts: Double
    /// Orders after which the evidence of a place where nothing was seen is worth half.
    let idle: Double
}
