internal import Core
internal import Orchestration

/// What a payer is told of an order. Each phase has its own words and its own look.
enum PaymentPhase: String, Sendable, Hashable, CaseIterable {
    /// There is nothing yet that could be paid.
    case preparing
    /// The payer can pay.
    case waiting
    /// The time is over, and nobody knows yet whether a payment is on its way.
    case closing
    /// A person looks at it.
    case review
    /// The money has come.
    case paid
    /// Nobody paid in time.
    case expired
    /// The merchant took it back.
    case cancelled
    /// It will not happen.
    case failed
    /// The money came and went back.
    case returned

    /// Where an order is for its payer.
    init(_ order: OrderView, at now: Timestamp) {
        switch order.state {
        case .succeeded: self = .paid
        case .reversed: self = .returned
        // What a person has still to decide has not ended for the payer either.
        case _ where order.review != nil: self = .review
        case .expired: self = .expired
        case .cancelled: self = .cancelled
        case .failed: self = .failed
        // The time of an order that was only quoted is the quote's.
        case .initiated: self = .preparing
        case .processing, .pending:
            if let end = order.expiresAt, end <= now {
                self = .closing
            } else {
                self = order.state == .pending && PaymentMeans(order) != nil ? .waiting : .preparing
            }
        }
    }

    /// Whether the payer has nothing more to wait for.
    var isEnd: Bool {
        switch self {
        case .preparing, .waiting, .closing, .review: false
        case .paid, .expired, .cancelled, .failed, .returned: true
        }
    }
}
