public import Core
public import JSON

/// How a breaker stands, for operators.
public struct BreakerReport: Sendable {
    /// Where it stands.
    public enum State: String, Sendable {
        /// Payments flow.
        case closed
        /// A few payments find out whether it works again.
        case halfOpen = "half_open"
        /// It fails too much.
        case open
        /// Opened by hand.
        case switchedOff = "switched_off"
    }

    /// Whose.
    public let account: Identifier
    /// What configuration calls the account.
    public let name: String
    /// Of which method.
    public let method: PaymentMethod
    /// Where it stands.
    public var state = State.closed
    /// Since when; nil where it is closed.
    public var since: Timestamp?
    /// What opened it, for an operator; nil where it is closed.
    public var why: String?
    /// Who opened it by hand.
    public var by: String?
    /// From when on payments try it; nil where it is closed, and where it waits for an operator.
    public var triesAt: Timestamp?

    init(account: Identifier, name: String, method: PaymentMethod) {
        self.account = account
        self.name = name
        self.method = method
    }

    /// Whether somebody should look: not where payments might have tried it for a while, and none came along. An account that is
    /// used only for want of others may stay half-open for weeks, and nothing is wrong with it.
    func isTrouble(at now: Timestamp, untriedFor pause: Duration) -> Bool {
        switch state {
        case .closed: false
        case .open, .switchedOff: true
        case .halfOpen: triesAt.map { now - $0 < pause } ?? true
        }
    }

    /// For programs: what the admin API answers.
    public var json: JSON {
        [
            "accountId": .string(account.text(.providerAccount)), "account": .string(name),
            "paymentMethodId": .string(method.rawValue), "state": .string(state.rawValue),
            "since": Self.text(since?.iso8601), "why": Self.text(why), "by": Self.text(by),
            "triesAt": Self.text(triesAt?.iso8601),
        ]
    }

    private static func text(_ value: String?) -> JSON { value.map(JSON.string) ?? .null }
}
