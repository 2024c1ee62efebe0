/// Where an order is. The legal exits stand at each case; `Transition` holds them.
public enum OrderState: String, Sendable, Hashable, CaseIterable {
    /// Quoted and priced; nothing that moves money was sent. → processing, expired, cancelled, failed
    case initiated
    /// Being sent, or nobody knows whether the provider has it. → pending, succeeded, failed, expired
    case processing
    /// The provider has it: the payer must pay, or the payout is under way. → succeeded, failed, expired
    case pending
    /// The money moved. → reversed
    case succeeded
    /// The money moved and came back.
    case reversed
    /// It will not happen.
    case failed
    /// Nobody paid in time, or the quote was not used. → succeeded, when a payin is paid late in the exact amount
    case expired
    /// Taken back by the merchant before anything that moves money was sent.
    case cancelled

    /// Whether the order has ended.
    public var isTerminal: Bool {
        switch self {
        case .initiated, .processing, .pending: false
        case .succeeded, .reversed, .failed, .expired, .cancelled: true
        }
    }
}

/// Where one try at one provider account is.
public enum AttemptState: String, Sendable, Hashable, CaseIterable {
    /// Committed; nothing that moves money was sent, at most a harmless step before it. → sending, rejected, failed, expired
    case preparing
    /// Committed, and maybe on the wire. → any but preparing
    case sending
    /// It may have arrived: only the provider's answer to a query or its verified callback tells. → any but preparing, sending
    case unknown
    /// The provider has it. → succeeded, failed, expired
    case accepted
    /// Definitively refused before acceptance; or proven never to have arrived.
    case rejected
    /// The money moved.
    case succeeded
    /// Accepted, and then it did not happen.
    case failed
    /// A payin that nobody paid in time. → succeeded, when paid late in the exact amount
    case expired

    /// Whether the attempt counts against "at most one open attempt of an order".
    public var isOpen: Bool {
        switch self {
        case .preparing, .sending, .unknown, .accepted, .succeeded: true
        case .rejected, .failed, .expired: false
        }
    }
}
