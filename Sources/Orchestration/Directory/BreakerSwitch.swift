public import Core

/// A breaker that an operator has opened by hand: nothing goes through until it is reset.
public struct BreakerSwitch: Sendable, Hashable {
    /// Whose.
    public let account: Identifier
    /// Of which method; nil is every one.
    public let method: PaymentMethod?
    /// Since when.
    public let at: Timestamp
    /// By whom.
    public let by: String
    /// In their words.
    public let why: String
}

/// All breakers that are open by hand, as a part of the directory.
struct BreakerSwitches: Sendable {
    private let byAccount: [Identifier: [BreakerSwitch]]

    static let none = BreakerSwitches([])

    init(_ switches: [BreakerSwitch]) { byAccount = Dictionary(grouping: switches, by: \.account) }

    /// The one that keeps payments away; the whole account's before its method's.
    func of(_ account: Identifier, _ method: PaymentMethod) -> BreakerSwitch? {
        guard let switches = byAccount[account] else { return nil }
        return switches.first { $0.method == nil } ?? switches.first { $0.method == method }
    }
}
