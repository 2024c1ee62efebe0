/// What a provider's answer or callback says of one attempt.
public enum Outcome: Sendable, Hashable {
    /// The provider has it, and it is under way.
    case accepted(Acceptance)
    /// Definitively refused before acceptance: no money moves by this attempt, ever.
    case rejected(Refusal)
    /// The money moved.
    case succeeded(Settlement)
    /// The provider had it, and it will not happen.
    case failed(Refusal)
    /// The provider does not know the reference: a refusal only as the connector's grace time allows.
    case notFound
    /// Nobody knows: a time-out, a 5xx, an answer that does not parse or does not verify. The text is for operators.
    case unknown(String)
}

/// What a provider told when it took a payment.
public struct Acceptance: Sendable, Hashable {
    /// The provider's own number of the order.
    public var providerReference: String?
    /// Exactly what the payer must send, where the provider changed the amount to tell payers apart.
    public var payable: Money?
    /// What the payer is shown.
    public var artefact: Artefact?
    /// Until when the payer can pay.
    public var expiresAt: Timestamp?
    /// What the provider takes for it.
    public var fee: Money?

    /// Nothing is known but that it was taken.
    public init(
        providerReference: String? = nil, payable: Money? = nil, artefact: Artefact? = nil,
        expiresAt: Timestamp? = nil, fee: Money? = nil
    ) {
        self.providerReference = providerReference
        self.payable = payable
        self.artefact = artefact
        self.expiresAt = expiresAt
        self.fee = fee
    }
}

/// What a payer is shown. Never replaced once shown.
public struct Artefact: Sendable, Hashable {
    /// The raw text of a QR code.
    public var qrCode: String?
    /// A picture of it, as a data URI, from providers that give nothing else.
    public var qrImage: String?
    /// The MD5 of `qrCode`'s UTF-8 in lower-case hexadecimal, where the provider knows the payment by it.
    public var qrMD5: String?
    /// Opens the payer's bank app with the payment filled in.
    public var deepLink: String?
    /// The provider's hosted page.
    public var pageURL: String?
    /// A bank account to transfer to.
    public var bankName: String?
    /// The account's number.
    public var bankAccountNumber: String?
    /// The account's holder.
    public var bankAccountName: String?

    /// Nothing to show.
    public init() {}
}

/// What a provider told when the money had moved.
public struct Settlement: Sendable, Hashable {
    /// The provider's own number of the order.
    public var providerReference: String?
    /// What was moved before fees. Absent only where the provider does not tell.
    public var amount: Money?
    /// What the provider took.
    public var fee: Money?
    /// When, by the provider's clock.
    public var at: Timestamp?
    /// A disagreement inside the provider's own message, for an operator: the payment goes to review.
    public var doubt: String?
    /// The provider tells that it went to another account than the one that was to be paid: the payment goes to review.
    public var isToAnotherAccount: Bool

    /// A movement of money.
    public init(
        providerReference: String? = nil, amount: Money? = nil, fee: Money? = nil, at: Timestamp? = nil,
        doubt: String? = nil, isToAnotherAccount: Bool = false
    ) {
        self.providerReference = providerReference
        self.amount = amount
        self.fee = fee
        self.at = at
        self.doubt = doubt
        self.isToAnotherAccount = isToAnotherAccount
    }
}

/// Why a payment did not happen.
public struct Refusal: Error, Sendable, Hashable {
    /// A stable word that programs may act on.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// The payee's account or wallet does not exist, or cannot receive.
        case invalidAccount = "invalid_account"
        /// The payee's name does not fit the account.
        case nameMismatch = "name_mismatch"
        /// Outside what the provider allows for this amount, payee or day.
        case limitExceeded = "limit_exceeded"
        /// Our balance with the provider does not cover it.
        case insufficientBalance = "insufficient_balance"
        /// The provider does not serve this bank or wallet, now or ever.
        case bankUnavailable = "bank_unavailable"
        /// The provider found a field wrong.
        case invalidRequest = "invalid_request"
        /// Our reference was used before.
        case duplicateReference = "duplicate_reference"
        /// Our credentials, our address or our configuration are not right at the provider.
        case misconfigured = "misconfigured"
        /// The provider is out of order, and said so before taking the payment; or it could not be reached at all.
        case providerUnavailable = "provider_unavailable"
        /// The provider took it and later gave up.
        case declined = "declined"
        /// The provider or its operator took it back.
        case cancelledByProvider = "cancelled_by_provider"
        /// It is proven that the request never arrived.
        case neverArrived = "never_arrived"
        /// What had been prepared ran out before anything was submitted: it is prepared anew.
        case preparationLapsed = "preparation_lapsed"
        /// No provider account can take the payment now.
        case noRoute = "no_route"
        /// Somebody who looked at it decided so.
        case operatorDecision = "operator_decision"
    }

    /// Whose failure it is: routing counts only a provider's against its account.
    public enum Fault: Sendable, Hashable {
        /// What the merchant or its customer asked for, or did.
        case customer
        /// The provider's, or its account's with us.
        case provider
        /// Ours, or a course of things that says nothing of the provider.
        case ours
    }

    /// The stable word.
    public let reason: Reason
    /// A sentence for a person; the provider's own words where they are fit to be shown.
    public let detail: String
    /// Whether another provider account may well take the same payment.
    public let worthAnotherAccount: Bool
    /// Whose failure it is.
    public let fault: Fault

    /// A refusal.
    ///
    /// - Parameter fault: whose failure it is, where that is not what the reason stands for.
    public init(_ reason: Reason, _ detail: String, worthAnotherAccount: Bool, fault: Fault? = nil) {
        self.reason = reason
        self.detail = detail
        self.worthAnotherAccount = worthAnotherAccount
        self.fault = fault ?? reason.fault(worthAnotherAccount: worthAnotherAccount)
    }
}

extension Refusal.Reason {
    /// Whose failure it stands for. A limit that another account may not have is the account's own.
    public func fault(worthAnotherAccount: Bool) -> Refusal.Fault {
        switch self {
        case .invalidAccount, .nameMismatch, .invalidRequest: .customer
        case .limitExceeded: worthAnotherAccount ? .provider : .customer
        case .bankUnavailable, .misconfigured, .providerUnavailable, .declined, .cancelledByProvider:
            .provider
        case .insufficientBalance, .duplicateReference, .neverArrived, .preparationLapsed, .noRoute,
            .operatorDecision:
            .ours
        }
    }
}
