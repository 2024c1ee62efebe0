public import Core

/// What was seen of the provider accounts, and which of them is worth most for a payment. Pure, and bounded in size.
///
/// Evidence is kept per account and method (which has one currency), and under it per bank. Each level takes the one
/// above as its prior: a bank its account, an account what the method's accounts do together.
public struct AdaptiveScores: Sendable {
    /// What an operator may change.
    public var settings: AdaptiveSettings
    var pools: [PaymentMethod: Pool] = [:]

    /// Accounts for a method, of which evidence is kept; beyond it the one that was idle longest is forgotten.
    public static let accountsMax = 128
    /// Banks for a method, of which evidence is kept; payments to others are judged by the account alone.
    public static let banksMax = 128

    /// Nothing was seen yet.
    public init(settings: AdaptiveSettings = AdaptiveSettings()) { self.settings = settings }

    /// What an attempt came to, for the account's score.
    public enum Result: Sendable, Hashable {
        /// The provider did what it was asked.
        case success
        /// The provider's failure, and whether another account may then be tried.
        case failure(isRetryable: Bool)
        /// The customer's failure (a wrong account number, a name that does not fit, a limit): nothing is learnt of the
        /// provider.
        case customer
    }

    /// All that is known of one method.
    struct Pool: Sendable {
        /// The method's accounts together.
        var together = AdaptiveEvidence()
        var customers = Customers()
        var accounts = Group()
        var banks: [String: Group] = [:]
    }

    /// Places that are compared with one another: a method's accounts, or its accounts for one bank.
    struct Group: Sendable {
        /// Outcomes seen here: the clock by which evidence ages.
        var clock: UInt64 = 0
        /// Decisions made here by this process: the clock of its probes. Never shared.
        var decisions: UInt64 = 0
        var places = PlaceTable()
    }

    /// Evidence, with what only this process needs to know of it.
    struct Place: Sendable {
        var evidence = AdaptiveEvidence()
        /// Only an account's are used: of the time in which it is not down, and of its last outage. A provider that times out for
        /// an hour says nothing of its refusals on other days.
        var retries = Retries()
        var retriesDown = Retries()
        /// `retries` before the last failures in a row: if they prove to be an outage, they are none of the other days'.
        var retriesCalm = Retries()
        /// The group's decisions when it was last probed, or went down. Never shared.
        var probedAt: UInt64 = 0
    }

    /// Discounted failures of an account, and those of them that allowed no other account.
    struct Retries: Sendable, Hashable {
        /// As if one in ten of forty had.
        var failures = 40.0
        var stops = 4.0
        /// The last 500 or so count: two points more or less decide which of two accounts goes first.
        private static var keep: Double { 0.998 }

        /// Failures that what the accounts do together counts for.
        static var prior: Double { 100 }

        /// The probability that another account may be tried after a failure.
        var share: Double { 1 - stops / failures }

        mutating func learn(_ isRetryable: Bool) {
            failures = failures * Self.keep + 1
            stops = stops * Self.keep + (isRetryable ? 0 : 1)
        }
    }

    /// The share of attempts that fail through the customer, whichever the account, over the last 300 or so.
    struct Customers: Sendable, Hashable {
        var seen: UInt64 = 0
        var share = 0.02
        private static var memory: Double { 300 }

        mutating func learn(_ isCustomers: Bool) {
            seen &+= 1
            share += ((isCustomers ? 1 : 0) - share) / Self.memory
        }
    }

    /// Takes in what an attempt came to, once for each attempt, when it is known. In constant time.
    public mutating func record(
        _ result: Result, of account: Identifier, for method: PaymentMethod, bank: String? = nil
    ) {
        pools[method, default: Pool()].learn(result, account, bank, settings)
    }
}
