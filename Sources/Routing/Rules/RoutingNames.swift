public import Core

/// What a document's names stand for: the accounts, merchants and apps there are.
public struct RoutingNames: Sendable {
    /// A provider account.
    public struct Account: Sendable, Hashable {
        /// `pa_…`.
        public let id: Identifier
        /// Unique.
        public let name: String
        /// What it is used for.
        public let methods: Set<PaymentMethod>

        /// An account.
        public init(id: Identifier, name: String, methods: Set<PaymentMethod>) {
            self.id = id
            self.name = name
            self.methods = methods
        }
    }

    /// A merchant's app.
    struct App: Hashable {
        let id: Identifier
        let merchant: Identifier
    }

    /// In the order they were given.
    let accounts: [Account]
    private var accountsByName: [String: Account] = [:]
    private var merchantsByName: [String: Identifier] = [:]
    private var appsByName: [String: App] = [:]

    /// Nobody.
    public static let none = RoutingNames(accounts: [], merchants: [], apps: [])

    /// Everybody there is, whether switched on or off.
    public init(accounts: [Account], merchants: [Merchant], apps: [Core.App]) {
        self.accounts = accounts
        for account in accounts {
            accountsByName[account.name] = account
            accountsByName[account.id.text(.providerAccount)] = account
        }
        var names: [Identifier: String] = [:]
        for merchant in merchants {
            names[merchant.id] = merchant.name
            merchantsByName[merchant.name] = merchant.id
            merchantsByName[merchant.id.text(.merchant)] = merchant.id
        }
        for app in apps {
            let known = App(id: app.id, merchant: app.merchant)
            appsByName[app.id.text(.app)] = known
            if let merchant = names[app.merchant] { appsByName[merchant + "/" + app.name] = known }
        }
    }

    /// The account with a name or an id.
    func account(_ text: String) -> Account? { accountsByName[text] }

    /// The merchant with a name or an id.
    func merchant(_ text: String) -> Identifier? { merchantsByName[text] }

    /// The app with a name, `merchant/app`, or an id.
    func app(_ text: String) -> App? { appsByName[text] }
}
