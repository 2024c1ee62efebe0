public import Core
public import JSON

/// Where an account's calls get the token that authorises them.
public protocol SessionSource: Sendable {
    /// What the token hangs on: other credentials make another session.
    var identity: [UInt8] { get }
    /// A token that the configuration itself tells; `nil` where there is none.
    var configured: SessionGrant? { get }
    /// Asks for a token; `nil` where nobody can: a person must see to it, as `remedy` says.
    func request(at time: Timestamp) -> ProviderRequest?
    /// Reads the answer to it.
    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant
    /// What an operator is to do where there is no token and none can be asked for.
    var remedy: String { get }
}

/// A token that authorises an account's calls, for a time. A secret.
public struct SessionGrant: Sendable, Hashable {
    /// As it stands behind `Bearer`.
    public var token: String
    /// From when on a new one is to be asked for, while this one still works.
    public var renewAt: Timestamp?
    /// From when on it works no more, as far as is known.
    public var expiresAt: Timestamp?

    /// A grant.
    public init(token: String, renewAt: Timestamp? = nil, expiresAt: Timestamp? = nil) {
        self.token = token
        self.renewAt = renewAt
        self.expiresAt = expiresAt
    }
}

/// What a provider says of an account before it is put to use.
public enum AccountVerdict: Sendable, Hashable {
    /// It knows the account.
    case good
    /// It says that the account will not do; the pointer is below `/settings`.
    case bad(FieldProblem)
    /// It could not be asked, or did not say; for operators, with what to do.
    case undecided(String)
}

/// How an operator signs an account up: two calls, between which the provider sends a code by another way.
public protocol AccountRegistration: Sendable {
    /// What the first call needs to know, by name, each with what it is.
    var fields: [Field] { get }
    /// Asks the provider to send a code.
    ///
    /// - Throws: what is wrong with a value; the pointer is `/` and the field's name.
    func request(_ values: [String: String], at time: Timestamp) throws(FieldProblem) -> ProviderRequest
    /// Reads the answer: what the operator is to do next.
    func confirmation(in response: ProviderResponse) throws(ConnectorError) -> String
    /// Shows the provider the code.
    func verification(code: String, at time: Timestamp) throws(FieldProblem) -> ProviderRequest
    /// Reads the answer: the account's session.
    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant

    /// One thing to be told.
    typealias Field = RegistrationField
}

/// One thing that a registration needs to know.
public struct RegistrationField: Sendable, Hashable {
    /// On the command line, as `--name`.
    public let name: String
    /// For people.
    public let help: String

    /// A field.
    public init(_ name: String, _ help: String) {
        self.name = name
        self.help = help
    }
}

/// How a payment that somebody claims to have made is looked up at the provider.
public protocol PaymentLookup: Sendable {
    /// Asks by the payment's number at the provider.
    ///
    /// - Parameters:
    ///   - hash: as the payer's program shows it, whole or short.
    ///   - amount: needed beside a short one.
    /// - Throws: what is wrong with a value; the pointers are `/hash`, `/amount`, `/currency`.
    func request(hash: String, amount: Money?, at time: Timestamp) throws(FieldProblem) -> ProviderRequest
    /// Reads the answer; `nil` where there is no such payment.
    func payment(in response: ProviderResponse) throws(ConnectorError) -> FoundPayment?
}

/// A payment as its provider has it.
public struct FoundPayment: Sendable, Hashable {
    /// The provider's number of it, whole.
    public var hash: String
    /// Who paid. Personal data.
    public var payer: String
    /// Who was paid: the account at the provider.
    public var payee: String
    /// How much.
    public var amount: Money
    /// Whether `payee` is the account that was asked.
    public var isToThisAccount: Bool
    /// When, where it is told.
    public var at: Timestamp?

    /// A payment.
    public init(
        hash: String, payer: String, payee: String, amount: Money, isToThisAccount: Bool, at: Timestamp? = nil
    ) {
        self.hash = hash
        self.payer = payer
        self.payee = payee
        self.amount = amount
        self.isToThisAccount = isToThisAccount
        self.at = at
    }
}

extension FoundPayment {
    /// For operators' programs.
    public func json(account: Identifier) -> JSONObject {
        [
            "accountId": .string(account.text(.providerAccount)), "hash": .string(hash),
            "payer": .string(payer), "payee": .string(payee), "amount": .string(amount.decimal),
            "currency": .string(amount.currency.code), "isToThisAccount": .bool(isToThisAccount),
            "at": at.map { .string($0.iso8601) } ?? .null,
        ]
    }
}
