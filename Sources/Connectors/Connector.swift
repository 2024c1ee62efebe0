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

    /// The request that moves money, or asks for it. Called once per attempt, after the attempt was committed.
    func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest
    /// What the answer to it means. Never trusts what does not verify.
    func outcome(ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome

    /// Asks for an attempt's state, by our own reference.
    func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest
    /// What the answer to it means.
    func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome

    /// How long after sending "not found" may be read as "it never arrived". `nil`: never.
    func notFoundGrace(for method: PaymentMethod) -> Duration?

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

    /// A payment.
    public init(
        reference: String, method: PaymentMethod, amount: Money, counterparty: Counterparty,
        callbackURL: String,
        description: String? = nil
    ) {
        self.reference = reference
        self.method = method
        self.amount = amount
        self.counterparty = counterparty
        self.callbackURL = callbackURL
        self.description = description
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
    public init(method: String, url: String, headers: [Header] = [], body: [UInt8] = []) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
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
