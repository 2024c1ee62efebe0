public import Connectors
public import Core
internal import Routing

/// Merchants, apps and provider accounts as they were at one moment. Immutable: an order sees one of them throughout.
public struct Directory: Sendable {
    /// By id.
    public let merchants: [Identifier: Merchant]
    /// By id.
    public let apps: [Identifier: App]
    /// What signs an app's bodies and notifications (`SigningKey`), by the app's id; none where it does not open.
    public let signingKeys: [Identifier: [UInt8]]
    /// Every account that works, the disabled ones too: lower priority first, then by name.
    public let accounts: [ProviderAccount]
    /// Accounts that cannot be used as they are stored.
    public let unusableAccounts: [UnusableAccount]
    /// The routing rules in force.
    private(set) var plan = RoutingPlan.empty
    /// What operators said of breakers by hand.
    private(set) var switches = BreakerSwitches.none
    /// What is asked beside them, where an operator tries other rules.
    private(set) var shadow: Shadow?
    private let accountIndex: [Identifier: Int]

    /// An empty directory.
    public static let empty = Directory(merchants: [], apps: [], accounts: [])

    /// A directory of these.
    public init(
        merchants: [Merchant], apps: [App], accounts: [ProviderAccount],
        signingKeys: [Identifier: [UInt8]] = [:],
        unusableAccounts: [UnusableAccount] = []
    ) {
        self.merchants = Dictionary(uniqueKeysWithValues: merchants.map { ($0.id, $0) })
        self.apps = Dictionary(uniqueKeysWithValues: apps.map { ($0.id, $0) })
        self.signingKeys = signingKeys
        self.accounts = accounts.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
        self.unusableAccounts = unusableAccounts
        accountIndex = Dictionary(uniqueKeysWithValues: self.accounts.enumerated().map { ($1.id, $0) })
    }

    /// The same with routing rules.
    func routed(by document: RuleDocument, revision: Int64) -> Directory {
        var directory = self
        directory.plan = RoutingPlan(document, names, revision: revision)
        return directory
    }

    /// The same with what operators said of breakers.
    func switched(by switches: [BreakerSwitch]) -> Directory {
        var directory = self
        directory.switches = BreakerSwitches(switches)
        return directory
    }

    /// The same with a document that is asked beside the rules.
    func shadowed(by document: RuleDocument, share: Int, revision: Int64) -> Directory {
        var directory = self
        directory.shadow = Shadow(RoutingPlan(document, names, revision: revision), share: share)
        return directory
    }

    /// Whom routing rules may name.
    var names: RoutingNames {
        RoutingNames(
            accounts: accounts.map { RoutingNames.Account(id: $0.id, name: $0.name, methods: $0.methods) },
            merchants: Array(merchants.values), apps: Array(apps.values))
    }

    /// The account with this id.
    public func account(_ id: Identifier) -> ProviderAccount? {
        accountIndex[id].map { accounts[$0] }
    }

    /// By which clock an account's days are counted, also of one that cannot be used.
    func utcOffset(of id: Identifier) -> Duration? {
        account(id)?.descriptor.utcOffset ?? unusableAccounts.first { $0.id == id }?.utcOffset
    }

    /// The app with this id, when it and its merchant may call.
    public func caller(_ id: Identifier) -> App? {
        guard let app = apps[id], app.isEnabled, let merchant = merchants[app.merchant], merchant.isEnabled
        else {
            return nil
        }
        return app
    }
}

/// A provider account that is left out of use because its stored settings do not work.
public struct UnusableAccount: Sendable, Hashable {
    /// `pa_…`.
    public let id: Identifier
    /// What configuration files call it.
    public let name: String
    /// What its connector is called.
    public let connector: String
    /// Whether it was meant to be used.
    public let isEnabled: Bool
    /// For an operator: what is wrong, without values.
    public let reason: String
    /// The provider's, where this version has its connector.
    let utcOffset: Duration?
}

/// One set of credentials with a provider, ready to be used.
public struct ProviderAccount: Sendable {
    /// `pa_…`.
    public let id: Identifier
    /// Unique; what configuration files call it.
    public let name: String
    /// Whether routing may choose it. Its orders under way go on either way.
    public let isEnabled: Bool
    /// Lower is tried first.
    public let priority: Int
    /// What it may be used for: some of its connector's methods.
    public let methods: Set<PaymentMethod>
    /// What its provider declares.
    public let descriptor: ConnectorDescriptor
    /// Speaks for it.
    public let connector: any Connector
    /// Where its callbacks may come from; empty: anywhere.
    public let callbackAddresses: [AddressRange]
    /// An HTTP proxy for calls to it.
    public let proxy: String?
    /// What its owner lets it take.
    public let limits: AccountLimits
    /// What its payouts are in, where its provider tells the balance that covers them.
    public let balanceCurrency: Currency?
    /// Whether its provider tells which banks it serves.
    let listsBanks: Bool

    /// Whether its provider tells anything that its payments hang on.
    var tellsMore: Bool { balanceCurrency != nil || listsBanks }

    /// An account.
    public init(
        id: Identifier, name: String, isEnabled: Bool, priority: Int, methods: Set<PaymentMethod>,
        connector: any Connector, callbackAddresses: [AddressRange], proxy: String?,
        limits: AccountLimits = .none
    ) {
        self.id = id
        self.name = name
        self.isEnabled = isEnabled
        self.priority = priority
        self.methods = methods
        descriptor = type(of: connector).descriptor
        self.connector = connector
        self.callbackAddresses = callbackAddresses
        self.proxy = proxy
        self.limits = limits
        let epoch = Timestamp(seconds: 0)
        balanceCurrency =
            methods.filter { $0.direction == .payout }.map(\.currency)
            .filter { connector.balanceQuery(currency: $0, at: epoch) != nil }.min { $0.code < $1.code }
        listsBanks = connector.banksQuery(at: epoch) != nil
    }
}
