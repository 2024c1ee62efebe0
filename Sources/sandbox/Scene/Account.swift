enum ProviderName: String, Sendable, CaseIterable {
    case payplus, haipay, kess, bakong

    /// What its accounts are held in, and its orders made out in where they do not say (Bakong's codes do).
    var currency: String {
        switch self {
        case .payplus: "THB"
        case .haipay: "KES"
        case .kess, .bakong: "USD"
        }
    }

    /// How often a callback is sent that nobody acknowledges: PayPlus publishes no number; HaiPay says five;
    /// the others send none.
    var callbackAttempts: Int {
        switch self {
        case .payplus: 10
        case .haipay: 5
        case .kess, .bakong: 0
        }
    }
}

/// Which account at which provider: "demo-one" at PayPlus, "1054" at HaiPay.
struct AccountKey: Sendable, Hashable {
    var provider: ProviderName
    var name: String
}

/// A merchant's account as the provider keeps it.
struct Account: Sendable {
    struct PayPlusCredentials: Sendable {
        var apiKey: String
        /// The platform's PromptPay number: each account has its own, so that equal amounts give different codes.
        var promptPay: String
        var bankAccountNumber: String
    }

    struct HaiPayCredentials: Sendable {
        var appID: Int64
        var secret: String
        var merchantPublicKey: RSAKey
        var platformPrivateKey: RSAKey
        /// Used where a request names no `notifyUrl`.
        var notifyURL: String?
    }

    struct KESSCredentials: Sendable {
        var partnerID: String
        var partnerSecretKey: String
        var userName: String
        var password: String
        var partnerPublicKey: RSAKey
        var platformPrivateKey: RSAKey
        /// The documents name no digest, and PHP's configuration decides how it prints numbers.
        var digest: RSADigest
        var precision: PHPNumber.Precision
    }

    enum Credentials: Sendable {
        case payplus(PayPlusCredentials)
        case haipay(HaiPayCredentials)
        case bakong(BakongCredentials)
        case kess(KESSCredentials)
    }

    var key: AccountKey
    var credentials: Credentials
    /// What can be paid out now: amounts in flight are already taken off.
    var balance: Amount
    /// The codes of banks that are out of service (PayPlus).
    var closedBanks: Set<String> = []
    /// Amounts of payouts in flight.
    var held = Amount(minor: 0)

    /// A thousand million: enough for any test that does not set it.
    static let openingBalance = Amount(minor: 100_000_000_000)
}
