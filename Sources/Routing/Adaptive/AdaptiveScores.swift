public import Core

/// What was seen of the provider accounts, and which of them is worth most for a payment. Pure, and bounded in size.
///
/// Evidence is kept per account and method (which has one currency), and under it per bank. Each level takes the one
/// above as its prior: a bank its account, an account what the method's accounts do together.
public struct AdaptiveScores: Sendable {
    /// What an operator may change.
    public var settings: AdaptiveSettings
    var pools: [PaymentMethod: Pool] = [:]

    /// Accounts for a method, and banks, of which evidence is kept; beyond it the one that was idle longest is forgotten.
    static let accountsMax = 128
    static let banksMax = 128

    /// Nothing was seen yet.
    public init(settings: AdaptiveSettings = AdaptiveSettings()) { self.settings = settings }

    /// What an attempt came to, for the account's score.
    public enum Result: Sendable, Hashable {
        /// The payment succeeded, or was taken, whichever the caller counts.
        case success
        /// The provider's failure. Whether another account may then be tried.
        case failure(isRetryable: Bool)
        /// The customer's failure: nothing is learnt of the provider.
        case customer
    }

    /// The share of attempts that fail through the customer, over the last 300 or so.
    struct Customers: Sendable, Hashable {
        var share = 0.02

        mutating func learn(_ isCustomers: Bool) { share += ((isCustomers ? 1 : 0) - share) / 300 }
    }

    /// All that is known of one method.
    struct Pool: Sendable {
        /// The method's accounts together.
        var together = AdaptiveEvidence()
        var customers = Customers()
        var accounts = Group()
        var banks: [String: Group] = [:]
        /// Attempts that failed, and those of them after which no other account could be tried; discounted.
        var retries: [Identifier: Retries] = [:]
    }

    /// Discounted failures of an account, and those of them that allowed no other account.
    struct Retries: Sendable, Hashable {
        var failures = 20.0
        var stops = 2.0

        mutating func learn(_ isRetryable: Bool) {
            failures = failures * 0.995 + 1
            stops = stops * 0.995 + (isRetryable ? 0 : 1)
        }
        var retryable: Double { 1 - stops / failures }
    }

    /// Places that are compared with one another: a method's accounts, or its accounts for one bank.
    struct Group: Sendable {
        /// Outcomes seen here: the clock by which evidence ages.
        var clock: UInt64 = 0
        /// Decisions made here by this process: the clock of its probes. Never shared.
        var decisions: UInt64 = 0
        var places: [Identifier: Place] = [:]
    }

    /// Evidence, with what only this process needs to know of it.
    struct Place: Sendable {
        var evidence = AdaptiveEvidence()
        /// The group's decisions when it was last probed, or went down.
        var probedAt: UInt64 = 0
    }

    /// A failure of the customer's changes nothing; another outcome is one piece of evidence.
    public mutating func record(
        _ result: Result, of account: Identifier, for method: PaymentMethod, bank: String? = nil
    ) {
        let success: Bool
        switch result {
        case .customer:
            pools[method, default: Pool()].customers.learn(true)
            return
        case .success: success = true
        case .failure(let isRetryable):
            success = false
            pools[method, default: Pool()].retries[account, default: Retries()].learn(isRetryable)
        }
        pools[method, default: Pool()].customers.learn(false)
        pools[method, default: Pool()].learn(success, account, bank, settings)
    }
}

extension AdaptiveScores.Pool {
    /// Before anything was seen: most payments succeed, but it takes few to change that mind.
    static let startRate = 0.9
    static let startPseudo = 4.0

    /// What the accounts do together.
    func rateTogether(_ settings: AdaptiveSettings) -> Double {
        together.rate(prior: Self.startRate, Self.startPseudo, at: accounts.clock, settings)
    }

    mutating func learn(_ success: Bool, _ account: Identifier, _ bank: String?, _ settings: AdaptiveSettings) {
        let prior = rateTogether(settings)
        let view = view(of: account, banks: bank.flatMap { banks[$0] }, prior: prior, settings)
        accounts.clock &+= 1
        together.learn(
            success, exposure: 1, predicted: prior, spread: 0, prior: Self.startRate, Self.startPseudo, at: accounts.clock,
            settings)
        together.isDown = false
        accounts.learn(
            success, account, exposure: view.factor, predicted: view.success, spread: view.spread,
            prior: prior, settings.prior, settings)
        if accounts.places[account]?.evidence.hasJustFallen == true {
            for name in banks.keys { banks[name]?.forgive(account, settings) }
        } else if accounts.places[account]?.evidence.isDown == true {
            return
        } else if let bank, banks[bank] != nil || banks.count < AdaptiveScores.banksMax {
            banks[bank, default: .init()].clock &+= 1
            let run = banks[bank]?.places[account]?.evidence.outage
            banks[bank]?.learn(
                success, account, exposure: view.rate, predicted: view.success, spread: view.spread, prior: 1, settings.bankPrior,
                differs: settings.bankDiffers, settings)
            if banks[bank]?.places[account]?.evidence.hasJustFallen == true {
                accounts.places[account]?.evidence.outage = ChangeDetector()
                accounts.places[account]?.evidence.retract(
                    run?.successes ?? 0, 1 + (run?.exposure ?? 0) / view.rate)
            }
        }
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
        /// The estimate's standard deviation.
        var spread: Double { (success * (1 - success) / weight).squareRoot() }
    }

    func view(
        of account: Identifier, banks group: AdaptiveScores.Group?, prior: Double, _ settings: AdaptiveSettings
    ) -> View {
        let own = accounts.places[account]?.evidence ?? AdaptiveEvidence()
        let bank = group?.places[account]?.evidence ?? AdaptiveEvidence()
        let rate = min(1, own.rate(prior: prior, settings.prior, at: accounts.clock, settings))
        let factor = group.map { bank.rate(prior: 1, settings.bankPrior, at: $0.clock, settings) } ?? 1
        let success = min(0.98, max(0.02, rate * factor))
        let ownWeight = own.weight(at: accounts.clock, settings) + settings.prior
        let bankWeight = bank.weight(at: group?.clock ?? 0, settings) + settings.bankPrior
        let differs = group?.places[account]?.evidence.differs ?? settings.bankDiffers
        let weight = group == nil ? ownWeight : 1 / (1 / ownWeight + differs / bankWeight)
        return View(rate: max(0.02, rate), factor: factor, success: success, weight: weight)
    }
}

extension AdaptiveScores.Group {
    mutating func learn(
        _ success: Bool, _ account: Identifier, exposure: Double, predicted: Double, spread: Double, prior: Double, _ pseudo: Double,
        differs: Double = 1, _ settings: AdaptiveSettings
    ) {
        if places[account] == nil, places.count >= AdaptiveScores.accountsMax { forgetOne() }
        let clock = clock
        let decisions = decisions
        var place = places[account] ?? AdaptiveScores.Place(evidence: AdaptiveEvidence(differs: differs))
        let wasDown = place.evidence.isDown
        place.evidence.learn(
            success, exposure: exposure, predicted: predicted, spread: spread, prior: prior, pseudo, at: clock, settings)
        if place.evidence.hasRecovered(settings) { place.evidence.recover(settings.recoveryWeight) }
        if place.evidence.isDown, !wasDown { place.probedAt = decisions }
        places[account] = place
    }

    /// The account as a whole went down: what a bank of its did in the last moments was not the bank's doing.
    mutating func forgive(_ account: Identifier, _ settings: AdaptiveSettings) {
        guard var place = places[account] else { return }
        place.evidence.forgive(settings)
        places[account] = place
    }

    private mutating func forgetOne() {
        let oldest = places.min { ($0.value.evidence.lastAt, $0.key) < ($1.value.evidence.lastAt, $1.key) }
        if let oldest { places[oldest.key] = nil }
    }
}
