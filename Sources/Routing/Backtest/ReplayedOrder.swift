public import Core

/// A stored order that was sent, to be decided again.
public struct ReplayedOrder: Sendable {
    /// As the rules looked at it when it was made.
    public var question: RoutingQuestion
    /// Where its first attempt went.
    public var account: Identifier
    /// Whether the first attempt succeeded; nil where it is open, or its end says nothing of the account.
    public var isSuccess: Bool?
    /// Whether the money moved in the end: a provider takes its cost then.
    public var isPaid: Bool

    /// An order.
    public init(_ question: RoutingQuestion, at account: Identifier, isSuccess: Bool?, isPaid: Bool) {
        self.question = question
        self.account = account
        self.isSuccess = isSuccess
        self.isPaid = isPaid
    }
}
