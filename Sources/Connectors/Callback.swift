public import Core

/// What a provider sent us, as it came.
public struct CallbackRequest: Sendable, Hashable {
    /// The media type without parameters, lower case.
    public var contentType: String
    /// Header fields, names in lower case.
    public var headers: [ProviderRequest.Header]
    /// At most 64 KiB.
    public var body: [UInt8]

    /// A callback.
    public init(contentType: String, headers: [ProviderRequest.Header] = [], body: [UInt8]) {
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }
}

/// Verified news of one attempt.
public struct CallbackNews: Sendable, Hashable {
    /// Our reference of the attempt.
    public var reference: String
    /// The provider's own number, if told.
    public var providerReference: String?
    /// Which way money goes, if told: compared with the order.
    public var direction: Direction?
    /// The amount it speaks of, if told: compared with the order whatever the outcome.
    public var amount: Money?
    /// What it says.
    public var outcome: Outcome

    /// News.
    public init(
        reference: String, providerReference: String? = nil, direction: Direction? = nil,
        amount: Money? = nil, outcome: Outcome
    ) {
        self.reference = reference
        self.providerReference = providerReference
        self.direction = direction
        self.amount = amount
        self.outcome = outcome
    }
}

/// Why a callback is not believed. Nothing in it is used.
public enum CallbackRefusal: Error, Sendable, Hashable {
    /// The body is not what the provider sends. Answered with 400. The text names the field, never a value.
    case malformed(String)
    /// The signature is missing or wrong. Answered with 401.
    case unverified(String)
    /// The signed time is too far from now. Answered with 401.
    case stale
    /// The provider has no callbacks. Answered with 404.
    case notSupported
}

/// How a provider wants to be told that its callback was received: HTTP 200 with this.
public struct CallbackAcknowledgement: Sendable, Hashable {
    /// Of the body.
    public var contentType: String
    /// Exactly these bytes.
    public var body: [UInt8]

    /// An acknowledgement.
    public init(contentType: String, body: [UInt8]) {
        self.contentType = contentType
        self.body = body
    }
}
