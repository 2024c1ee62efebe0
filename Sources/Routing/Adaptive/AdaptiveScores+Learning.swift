internal import Core

extension AdaptiveScores.Pool {
    /// Before anything was seen: most payments succeed, but it takes few to change that mind.
    private static let startRate = 0.9
    private static let startPseudo = 4.0

    /// What the accounts do together.
    func rateTogether(_ settings: AdaptiveSettings) -> Double {
        together.rate(prior: Self.startRate, Self.startPseudo, at: accounts.clock, settings)
    }

    mutating func learn(
        _ result: AdaptiveScores.Result, _ account: Identifier, _ bank: String?, _ settings: AdaptiveSettings
    ) {
        customers.learn(result == .customer)
        guard result != .customer else { return }
        let prior = rateTogether(settings)
        let group = bank.flatMap { banks[$0] }
        let view = view(
            accounts.places.index(of: account), in: group, group?.places.index(of: account), prior: prior,
            settings)
        accounts.clock &+= 1
        let before = accounts.places[account]?.evidence ?? AdaptiveEvidence()
        if !before.isDown { learnTogether(result == .success, prior, settings) }
        let outcome = AdaptiveEvidence.Outcome(
            isSuccess: result == .success, exposure: view.factor, predicted: view.success,
            spread: view.spread,
            prior: prior, pseudo: settings.prior, clock: accounts.clock)
        accounts.learn(outcome, account, settings)
        if case .failure(let isRetryable) = result {
            let beginsRun = before.outage == ChangeDetector()
            accounts.places[account]?.learn(isRetryable: isRetryable, beginsRun: beginsRun)
        }
        guard let evidence = accounts.places[account]?.evidence else { return }
        if evidence.hasJustFallen {
            var run = before.outage
            run.exposure += 1
            together.retract(run)
            // What the banks did in the last moments was the account's doing.
            for name in banks.keys { banks[name]?.places[account]?.evidence.forgive(settings) }
        } else if let bank, !evidence.isDown {
            learn(outcome, view, account, bank, settings)
        }
    }

    /// Of the accounts that are not down: what a dead one does says nothing of the others. No alarm of its own: one account's
    /// outage would set it off, and empty it.
    private mutating func learnTogether(_ isSuccess: Bool, _ prior: Double, _ settings: AdaptiveSettings) {
        let outcome = AdaptiveEvidence.Outcome(
            isSuccess: isSuccess, exposure: 1, predicted: prior, spread: 0, prior: Self.startRate,
            pseudo: Self.startPseudo, clock: accounts.clock)
        together.take(outcome, settings)
    }

    /// The bank's part of an outcome.
    private mutating func learn(
        _ outcome: AdaptiveEvidence.Outcome, _ view: View, _ account: Identifier, _ bank: String,
        _ settings: AdaptiveSettings
    ) {
        guard banks[bank] != nil || banks.count < AdaptiveScores.banksMax else { return }
        banks[bank, default: AdaptiveScores.Group()].clock &+= 1
        var run = banks[bank]?.places[account]?.evidence.outage ?? ChangeDetector()
        let part = AdaptiveEvidence.Outcome(
            isSuccess: outcome.isSuccess, exposure: view.rate, predicted: view.success, spread: view.spread,
            prior: 1, pseudo: settings.bankPrior, clock: banks[bank]?.clock ?? 0)
        banks[bank]?.learn(part, account, settings, differs: settings.bankDiffers)
        guard banks[bank]?.places[account]?.evidence.hasJustFallen == true else { return }
        // The run of failures was the bank's doing, not the account's.
        run.exposure = run.exposure / view.rate + 1
        accounts.places[account]?.evidence.outage = ChangeDetector()
        accounts.places[account]?.evidence.retract(run)
    }

    /// What is thought of an account for a bank.
    struct View: Sendable {
        /// The account's success probability over all banks.
        var rate: Double
        /// How the bank fares against the account's others.
        var factor: Double
        /// The probability for this payment, within [0.02, 0.98].
        var success: Double
        /// The attempts that the estimate is worth.
        var weight: Double
        /// The same for all orders to come. A bank's own part is of use to that bank's alone, and counts by their share.
        var weightAhead: Double
        /// The estimate's standard deviation.
        var spread: Double { (success * (1 - success) / weight).squareRoot() }
        /// The same for all orders to come.
        var spreadAhead: Double { (success * (1 - success) / weightAhead).squareRoot() }
    }

    /// From the evidence of the account and, where there is a bank, of the account for it, at the bank's clock.
    ///
    /// - Parameters:
    ///   - own, ofBank: where the account's places are; nil where it has none.
    func view(
        _ own: Int?, in bank: AdaptiveScores.Group?, _ ofBank: Int?, prior: Double,
        _ settings: AdaptiveSettings
    ) -> View {
        var (rate, ownWeight) = (prior, settings.prior)
        if let own {
            rate = accounts.places.values[own].evidence.rate(
                prior: prior, settings.prior, at: accounts.clock, settings)
            ownWeight += accounts.places.values[own].evidence.weight(at: accounts.clock, settings)
        }
        rate = min(1, rate)
        guard let clock = bank?.clock else {
            return View(
                rate: rate, factor: 1, success: min(0.98, max(0.02, rate)), weight: ownWeight,
                weightAhead: ownWeight)
        }
        var (factor, bankWeight, differs) = (1.0, settings.bankPrior, settings.bankDiffers)
        if let bank, let ofBank {
            factor = bank.places.values[ofBank].evidence.rate(
                prior: 1, settings.bankPrior, at: clock, settings)
            bankWeight += bank.places.values[ofBank].evidence.weight(at: clock, settings)
            differs = bank.places.values[ofBank].evidence.differs
        }
        let ofBank = differs / bankWeight
        let bankShare = Double(clock) / Double(max(1, accounts.clock))
        return View(
            rate: max(0.02, rate), factor: factor, success: min(0.98, max(0.02, rate * factor)),
            weight: 1 / (1 / ownWeight + ofBank),
            weightAhead: 1 / (1 / ownWeight + ofBank * min(1, bankShare)))
    }
}

extension AdaptiveScores.Place {
    /// The probability that another account may be tried after a failure here. On ordinary days failures are few, and the
    /// share of them that ends an order differs less from account to account than by chance: what all do together is its prior.
    func retryable(stopsTogether: Double) -> Double {
        guard !evidence.isDown else { return retriesDown.share }
        let stops = retries.stops + AdaptiveScores.Retries.prior * stopsTogether
        return 1 - stops / (retries.failures + AdaptiveScores.Retries.prior)
    }

    fileprivate mutating func learn(isRetryable: Bool, beginsRun: Bool) {
        if beginsRun { retriesCalm = retries }
        if evidence.hasJustFallen {
            retriesDown = AdaptiveScores.Retries()
            retries = retriesCalm
        }
        if evidence.isDown { retriesDown.learn(isRetryable) } else { retries.learn(isRetryable) }
    }
}

extension AdaptiveScores.Group {
    /// Of the failures of accounts that were not down, the share that ended their orders.
    var stopsTogether: Double {
        var (stops, failures) = (0.0, 0.0)
        // By index: a place is too large to be copied for two numbers.
        for index in places.values.indices {
            stops += places.values[index].retries.stops
            failures += places.values[index].retries.failures
        }
        return failures > 0 ? stops / failures : 0
    }

    mutating func learn(
        _ outcome: AdaptiveEvidence.Outcome, _ account: Identifier, _ settings: AdaptiveSettings,
        differs: Double = 1
    ) {
        if places[account] == nil {
            makeRoom()
            places[account] = AdaptiveScores.Place(evidence: AdaptiveEvidence(differs: differs))
        }
        places[account]?.evidence.learn(outcome, settings)
        if places[account]?.evidence.hasJustFallen == true { places[account]?.probedAt = decisions }
    }

    /// Forgets the place that was idle longest, where there are as many as may be.
    mutating func makeRoom() {
        guard places.count >= AdaptiveScores.accountsMax else { return }
        let oldest = places.min { ($0.value.evidence.lastAt, $0.key) < ($1.value.evidence.lastAt, $1.key) }
        if let oldest { places[oldest.key] = nil }
    }
}
