extension Account {
    struct BakongCredentials: Sendable {
        /// The account at Bakong, `user@bank`; nil for somebody who only registered an e-mail address.
        var accountID: String?
        var email: String
        /// Set for a merchant, whose codes have tag 30.
        var merchantID: String?
        var acquiringBank: String?
        /// What stands for this account in its tokens.
        var tokenID: String
        /// Whether the e-mail address may ask for tokens without registering first.
        var isRegistered = true
    }

    var bakong: BakongCredentials? {
        if case .bakong(let credentials) = credentials { credentials } else { nil }
    }

    static func bakong(
        _ name: String, accountID: String?, email: String, merchantID: String? = nil,
        acquiringBank: String? = nil, isRegistered: Bool = true
    ) -> Account {
        let credentials = BakongCredentials(
            accountID: accountID, email: email, merchantID: merchantID, acquiringBank: acquiringBank,
            tokenID: String(BakongDigest.sha256("bakong \(name)").prefix(15)), isRegistered: isRegistered)
        return Account(
            key: AccountKey(provider: .bakong, name: name), credentials: .bakong(credentials),
            balance: Account.openingBalance)
    }
}

extension DemoAccounts {
    static let bakong = [
        Account.bakong("demo-one", accountID: "causeway_demo@devb", email: "demo@causeway.example"),
        Account.bakong(
            "demo-two", accountID: "causeway_two@devb", email: "two@causeway.example", merchantID: "123456",
            acquiringBank: "Dev Bank"),
    ]
}
