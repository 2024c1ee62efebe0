public import Core

/// The steps of a payment at a provider. Only the one that moves money is ever ambiguous.
public enum PaymentFlow: String, Sendable, Hashable {
    /// One request moves the money, or asks for it.
    case submitted
    /// A preparation that moves nothing, then a submission that does.
    case prepared
    /// What the payer is shown is made here; whether it was paid is found by asking.
    case issued
}

/// What the step before the one that moves money brought. Holds a person's name: sealed at rest.
public struct Preparation: Sendable, Hashable {
    /// The provider's number of what it prepared, by which the submission names it.
    public var reference: String
    /// Who will be paid, as the provider knows them.
    public var payeeName: String?
    /// Until when it can be submitted.
    public var expiresAt: Timestamp?

    /// A preparation.
    public init(reference: String, payeeName: String? = nil, expiresAt: Timestamp? = nil) {
        self.reference = reference
        self.payeeName = payeeName
        self.expiresAt = expiresAt
    }
}

/// What an answer to a preparation means. There is no third case: nothing has moved, so that what cannot be used is
/// given up.
public enum PreparationOutcome: Sendable, Hashable {
    /// It may be submitted.
    case prepared(Preparation)
    /// It may not.
    case rejected(Refusal)
}

/// What the answer to a question about several attempts means.
public enum BulkAnswer: Sendable, Hashable {
    /// One for each, in order.
    case outcomes([Outcome])
    /// The account may not ask so: they are asked about one by one, for a while.
    case notAllowed
    /// Nothing can be concluded from it; the text is for operators.
    case unusable(String)
}
