public import Core

/// Speaks one provider's protocol for one provider account. Pure: it makes requests and reads answers, and does no
/// input or output; the core owns sockets, deadlines, retries, persistence and redaction.
///
/// What a provider cannot do is left to the defaults below, which say "not supported".
public protocol Connector: Sendable {
    /// What it is and can do, the same for every account.
    static var descriptor: ConnectorDescriptor { get }

    /// Reads an account's settings, already checked against `descriptor.settings` for kind, presence and bounds.
    ///
    /// - Throws: what only this provider can find wrong: a key that does not parse, a pair that does not fit.
    init(settings: AccountSettings) throws(FieldProblem)

    /// What is wrong with a payment for this provider; empty when nothing is.
    func problems(with payment: Payment) -> [FieldProblem]

    /// The step before the submission, for methods whose flow is `.prepared`. It moves nothing: where its answer is lost,
    /// the attempt is given up and another one begun.
    func preparation(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest
    /// What the answer to it means.
    func preparation(
        in response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> PreparationOutcome

    /// What the payer is shown, for methods whose flow is `.issued`: made here, the same every time for the same payment.
    /// Nothing is sent, and nobody has seen it before it is committed.
    func issue(_ payment: Payment, at time: Timestamp) throws(Refusal) -> Acceptance
    /// Something that makes what was issued nicer, where the provider offers it. No payment fails for want of it.
    func embellishment(of issued: Acceptance, for payment: Payment, at time: Timestamp) -> ProviderRequest?
    /// What was issued, with what the answer adds.
    func embellished(_ issued: Acceptance, by response: ProviderResponse) -> Acceptance

    /// The request that moves money, or asks for it. Called once per attempt, after the attempt was committed.
    func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest
    /// What the answer to it means. Never trusts what does not verify.
    func outcome(ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome

    /// Asks for an attempt's state, by our own reference.
    func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    /// What the answer to it means.
    func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome

    /// Asks for several attempts at once, at most the descriptor's `bulkQueryMax`, where the account may.
    func bulkQuery(of payments: [Payment], at time: Timestamp) -> ProviderRequest?
    /// What the answer to it means, one outcome for each payment in order.
    func outcomes(
        ofBulkQuery response: ProviderResponse, of payments: [Payment], at time: Timestamp
    ) -> BulkAnswer

    /// How long after sending "not found" may be read as "it never arrived". `nil`: never.
    func notFoundGrace(for method: PaymentMethod) -> Duration?

    /// Requests that the account may make in a minute, all kinds together; `nil`: as many as it takes.
    var requestsPerMinute: Int? { get }

    /// How the account's calls are authorised, where that takes a token that runs out.
    var session: (any SessionSource)? { get }
    /// How an operator signs the account up with the provider, where that can be done by calls.
    var registration: (any AccountRegistration)? { get }
    /// How a payment that somebody claims to have made is looked up, where the provider can do that.
    var lookup: (any PaymentLookup)? { get }

    /// Asks whether the account is one that the provider knows, where it tells. Asked before the account is put to use.
    func accountQuery(at time: Timestamp) -> ProviderRequest?
    /// Reads the answer to it.
    func accountVerdict(in response: ProviderResponse) -> AccountVerdict

    /// Asks for the account's balance, where the provider tells it.
    func balanceQuery(currency: Currency, at time: Timestamp) -> ProviderRequest?
    /// Reads the answer to it.
    func balance(in response: ProviderResponse, currency: Currency) throws(ConnectorError) -> Balance

    /// A cheap question that shows whether the provider works, where it has one.
    func healthQuery(at time: Timestamp) -> ProviderRequest?
    /// Reads the answer to it.
    ///
    /// - Throws: when the provider says that it does not work, or says nothing sensible.
    func checkHealth(in response: ProviderResponse) throws(ConnectorError)

    /// Asks which banks the provider serves now, where it tells.
    func banksQuery(at time: Timestamp) -> ProviderRequest?
    /// Reads the answer to it.
    func banks(in response: ProviderResponse) throws(ConnectorError) -> [BankStatus]

    /// Verifies and reads what a provider sent us. Nothing is believed that this has not verified.
    func callback(_ request: CallbackRequest, at time: Timestamp) throws(CallbackRefusal) -> CallbackNews
    /// The provider's own words for "received", sent once the news is committed.
    func acknowledgement(of news: CallbackNews) -> CallbackAcknowledgement
}

extension Connector {
    /// Not supported: the descriptor declares no method of this flow.
    public func preparation(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest {
        throw Refusal(.misconfigured, "this provider has no such step", worthAnotherAccount: true)
    }
    /// Not supported.
    public func preparation(
        in response: ProviderResponse, of payment: Payment, at time: Timestamp
    ) -> PreparationOutcome {
        .rejected(Refusal(.misconfigured, "this provider has no such step", worthAnotherAccount: true))
    }
    /// Not supported: the descriptor declares no method of this flow.
    public func issue(_ payment: Payment, at time: Timestamp) throws(Refusal) -> Acceptance {
        throw Refusal(
            .misconfigured, "this provider's payments are not issued here", worthAnotherAccount: true)
    }
    /// Nothing to add.
    public func embellishment(
        of issued: Acceptance, for payment: Payment, at time: Timestamp
    ) -> ProviderRequest? { nil }
    /// Nothing to add.
    public func embellished(_ issued: Acceptance, by response: ProviderResponse) -> Acceptance { issued }
    /// Not supported: one at a time.
    public func bulkQuery(of payments: [Payment], at time: Timestamp) -> ProviderRequest? { nil }
    /// Not supported.
    public func outcomes(
        ofBulkQuery response: ProviderResponse, of payments: [Payment], at time: Timestamp
    ) -> BulkAnswer { .notAllowed }
    /// No bound of the account's own.
    public var requestsPerMinute: Int? { nil }
    /// Every request carries all that it needs.
    public var session: (any SessionSource)? { nil }
    /// Not supported.
    public var registration: (any AccountRegistration)? { nil }
    /// Not supported.
    public var lookup: (any PaymentLookup)? { nil }
    /// Not supported.
    public func accountQuery(at time: Timestamp) -> ProviderRequest? { nil }
    /// Not supported.
    public func accountVerdict(in response: ProviderResponse) -> AccountVerdict {
        .undecided("this provider does not tell")
    }
    /// No documents of the provider allow that reading.
    public func notFoundGrace(for method: PaymentMethod) -> Duration? { nil }
    /// Not supported.
    public func balanceQuery(currency: Currency, at time: Timestamp) -> ProviderRequest? { nil }
    /// Not supported.
    public func balance(
        in response: ProviderResponse, currency: Currency
    ) throws(ConnectorError) -> Balance { throw ConnectorError("this provider does not tell balances") }
    /// Not supported.
    public func healthQuery(at time: Timestamp) -> ProviderRequest? { nil }
    /// Not supported.
    public func checkHealth(in response: ProviderResponse) throws(ConnectorError) {
        throw ConnectorError("this provider has no health call")
    }
    /// Not supported.
    public func banksQuery(at time: Timestamp) -> ProviderRequest? { nil }
    /// Not supported.
    public func banks(in response: ProviderResponse) throws(ConnectorError) -> [BankStatus] {
        throw ConnectorError("this provider does not list its banks")
    }
    /// Not supported.
    public func callback(
        _ request: CallbackRequest, at time: Timestamp
    ) throws(CallbackRefusal) -> CallbackNews { throw .notSupported }
    /// Never sent where callbacks are not supported.
    public func acknowledgement(of news: CallbackNews) -> CallbackAcknowledgement {
        CallbackAcknowledgement(contentType: "text/plain", body: [])
    }
}

/// What a connector is asked to move: an attempt, with all that its provider may need.
public struct Payment: Sendable, Hashable {
    /// The attempt's own reference, unique for ever: 28 letters and digits.
    public var reference: String
    /// How.
    public var method: PaymentMethod
    /// How much.
    public var amount: Money
    /// Who is on the other side.
    public var counterparty: Counterparty
    /// Where the provider sends its callbacks: an absolute URL.
    public var callbackURL: String
    /// The merchant's words, at most 140 characters.
    public var description: String?
    /// The order that it is an attempt of.
    public var order: Identifier
    /// The merchant, as its customers know it.
    public var merchantName: String
    /// When the attempt was committed.
    public var createdAt: Timestamp
    /// Until when a payin can be paid.
    public var expiresAt: Timestamp?
    /// What the step before brought, where there was one.
    public var preparation: Preparation?
    /// What the payer was shown: stored, never made anew.
    public var artefact: Artefact?

    /// A payment.
    public init(
        reference: String, method: PaymentMethod, amount: Money, counterparty: Counterparty,
        callbackURL: String, description: String? = nil, order: Identifier = Identifier(high: 0, low: 0),
        merchantName: String = "", createdAt: Timestamp = Timestamp(microseconds: 0),
        expiresAt: Timestamp? = nil, preparation: Preparation? = nil, artefact: Artefact? = nil
    ) {
        self.reference = reference
        self.method = method
        self.amount = amount
        self.counterparty = counterparty
        self.callbackURL = callbackURL
        self.description = description
        self.order = order
        self.merchantName = merchantName
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.preparation = preparation
        self.artefact = artefact
    }
}

/// An HTTP request to a provider, as a value.
public struct ProviderRequest: Sendable, Hashable {
    /// GET or POST.
    public var method: String
    /// Absolute.
    public var url: String
    /// In order.
    public var headers: [Header]
    /// Empty for GET.
    public var body: [UInt8]
    /// Whether the core is to add the account's session as a bearer token (RFC 6750), and to try once more with a new
    /// one where the provider answers 401.
    public var needsSession: Bool

    /// One header field.
    public struct Header: Sendable, Hashable {
        /// Any case.
        public var name: String
        /// Without line breaks.
        public var value: String

        /// A header field.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A request.
    public init(
        method: String, url: String, headers: [Header] = [], body: [UInt8] = [], needsSession: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.needsSession = needsSession
    }
}

/// A provider's complete answer.
public struct ProviderResponse: Sendable, Hashable {
    /// HTTP's status.
    public var status: Int
    /// The media type without parameters, lower case; empty when none came.
    public var contentType: String
    /// At most 1 MiB.
    public var body: [UInt8]

    /// An answer.
    public init(status: Int, contentType: String = "application/json", body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// What an account has with its provider.
public struct Balance: Sendable, Hashable {
    /// What may be paid out now.
    public var available: Money

    /// A balance.
    public init(available: Money) { self.available = available }
}

/// A bank as the provider has it now.
public struct BankStatus: Sendable, Hashable {
    /// Its code and name.
    public var bank: Bank
    /// Whether it is served.
    public var isActive: Bool

    /// A state of a bank.
    public init(bank: Bank, isActive: Bool) {
        self.bank = bank
        self.isActive = isActive
    }
}

/// An answer that a connector could not use; for operators, without personal data.
public struct ConnectorError: Error, Sendable, Hashable {
    /// What happened, in a sentence.
    public let detail: String

    /// An error.
    public init(_ detail: String) { self.detail = detail }
}
