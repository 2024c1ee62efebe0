public import Connectors
public import Core
public import JSON
public import Postgres

/// Changes the directory: merchants, their apps, provider accounts. Every change is checked in full before anything is
/// written, made in one transaction, and written down in the audit log with who made it. Nothing is ever deleted: what is
/// not wanted is switched off.
public struct Administration: Sendable {
    /// Who makes a change, for the audit log: `cli:root`, `admin-api`.
    public typealias Actor = String

    private let database: PostgresPool
    private let vault: Vault
    private let connector: ConnectorLookup
    private let clock: WallClock
    private let probe: AccountProbe?
    private let changed: @Sendable () async -> Void

    /// - Parameters:
    ///   - probe: asks providers about accounts that are made or changed, where they tell; `nil`: nobody is asked.
    ///   - changed: runs after every committed change, before the call returns: a serving process reads its directory anew
    ///     there, so that who changed something sees it at once.
    public init(
        database: PostgresPool, vault: Vault, clock: WallClock,
        connector: @escaping ConnectorLookup = ConnectorRegistry.connector,
        probe: AccountProbe? = nil, changed: @escaping @Sendable () async -> Void = {}
    ) {
        self.probe = probe
        self.database = database
        self.vault = vault
        self.connector = connector
        self.clock = clock
        self.changed = changed
    }

    // MARK: Documents

    /// Brings the directory to what a document says: `merchants` with their `apps`, and `accounts`, each known by its
    /// `name`. What the document does not name stays as it is; doing it twice changes nothing the second time.
    ///
    /// - Parameter dryRun: only tells what would change.
    public func apply(
        _ document: JSON, dryRun: Bool, actor: Actor
    ) async throws(AdministrationError) -> ApplyReport {
        let edit = try await self.edit(actor, dryRun: dryRun) { edit throws(AdministrationError) in
            try Self.unwrap { () throws(VaultError) in try edit.apply(document) }
        }
        return ApplyReport(
            changes: edit.changes, keys: dryRun ? [] : edit.keys, isDryRun: dryRun, warnings: edit.warnings)
    }

    // MARK: Merchants

    /// Every merchant with its apps, by name.
    public func merchants() async throws(AdministrationError) -> [MerchantView] {
        let edit = try await read()
        return edit.merchants.sorted { $0.name < $1.name }.map { Self.view($0, edit) }
    }

    /// One merchant.
    public func merchant(_ id: Identifier) async throws(AdministrationError) -> MerchantView {
        try Self.view(merchant: id, try await read())
    }

    /// Makes a merchant: `{name, displayName?, enabled?, id?}`.
    public func createMerchant(_ form: JSON, actor: Actor) async throws(AdministrationError) -> MerchantView {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            let form = MerchantForm(form, at: "", withApps: false, &edit.problems)
            guard let name = Self.required(form.name, &edit) else { return }
            guard !edit.merchants.contains(where: { $0.name == name }) else { throw .nameTaken }
            try Self.unwrap { () throws(VaultError) in try edit.merge(form, into: nil, name: name) }
        }
        return try Self.view(merchant: Self.subject(edit), edit)
    }

    /// Changes a merchant: `{displayName?, enabled?}`.
    public func updateMerchant(
        _ id: Identifier, _ form: JSON, actor: Actor
    ) async throws(AdministrationError) -> MerchantView {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            guard let existing = edit.merchants.first(where: { $0.id == id }) else { throw .notFound }
            let form = MerchantForm(form, at: "", withApps: false, &edit.problems)
            Self.keep(existing.name, form.name, &edit)
            try Self.unwrap { () throws(VaultError) in
                try edit.merge(form, into: existing, name: existing.name)
            }
        }
        return try Self.view(merchant: id, edit)
    }

    // MARK: Apps

    /// Every app, or one merchant's, by merchant and name.
    public func apps(of merchant: Identifier? = nil) async throws(AdministrationError) -> [AppView] {
        let edit = try await read()
        return edit.merchants.sorted { $0.name < $1.name }
            .filter { merchant == nil || $0.id == merchant }.flatMap { Self.view($0, edit).apps }
    }

    /// One app.
    public func app(_ id: Identifier) async throws(AdministrationError) -> AppView {
        try Self.view(app: id, try await read())
    }

    /// Makes an app of a merchant: `{name, enabled?, id?, accessKey?, secretKey?}`. Its keys are given back where they
    /// were made here, and never again.
    public func createApp(
        of merchant: Identifier, _ form: JSON, actor: Actor
    ) async throws(AdministrationError) -> (app: AppView, keys: IssuedKeys?) {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            guard let owner = edit.merchants.first(where: { $0.id == merchant }) else { throw .notFound }
            let form = AppForm(form, at: "", &edit.problems)
            guard let name = Self.required(form.name, &edit) else { return }
            guard !edit.apps.contains(where: { $0.merchant == merchant && $0.name == name }) else {
                throw .nameTaken
            }
            try Self.unwrap { () throws(VaultError) in
                try edit.merge(form, into: nil, of: owner, name: name)
            }
        }
        return (try Self.view(app: Self.subject(edit), edit), edit.keys.first)
    }

    /// Changes an app: `{enabled?}`, or its keys.
    public func updateApp(
        _ id: Identifier, _ form: JSON, actor: Actor
    ) async throws(AdministrationError) -> AppView {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            let (existing, owner) = try Self.find(app: id, edit)
            let form = AppForm(form, at: "", &edit.problems)
            Self.keep(existing.name, form.name, &edit)
            try Self.unwrap { () throws(VaultError) in
                try edit.merge(form, into: existing, of: owner, name: existing.name)
            }
        }
        return try Self.view(app: id, edit)
    }

    /// Gives an app new keys. The old ones, and every refresh token, are good no more; access tokens run out by
    /// themselves within 15 minutes.
    public func rotateKeys(of id: Identifier, actor: Actor) async throws(AdministrationError) -> IssuedKeys {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            let (existing, owner) = try Self.find(app: id, edit)
            try Self.unwrap { () throws(VaultError) in try edit.rotateKeys(of: existing, owner) }
        }
        guard let keys = edit.keys.first else { throw .notFound }
        return keys
    }

    // MARK: Accounts

    /// Every account, lower priority first, then by name.
    public func accounts() async throws(AdministrationError) -> [AccountView] {
        try await read().accounts.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }.map(view)
    }

    /// One account.
    public func account(_ id: Identifier) async throws(AdministrationError) -> AccountView {
        try view(account: id, try await read())
    }

    /// Makes an account: `{name, connector, settings, enabled?, priority?, methods?, callbackAddresses?, proxy?, caps?,
    /// maintenance?, lowBalance?, id?}`.
    public func createAccount(_ form: JSON, actor: Actor) async throws(AdministrationError) -> AccountView {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            let form = AccountForm(form, at: "", &edit.problems)
            guard let name = Self.required(form.name, &edit) else { return }
            guard !edit.accounts.contains(where: { $0.name == name }) else { throw .nameTaken }
            try Self.unwrap { () throws(VaultError) in
                try edit.merge(form, into: nil, name: name, settings: .whole)
            }
        }
        return try view(account: Self.subject(edit), edit)
    }

    /// Changes what the form tells of an account. In `settings`, what is left out stays and `null` goes.
    public func updateAccount(
        _ id: Identifier, _ form: JSON, actor: Actor
    ) async throws(AdministrationError) -> AccountView {
        let edit = try await self.edit(actor) { edit throws(AdministrationError) in
            guard let existing = edit.accounts.first(where: { $0.id == id }) else { throw .notFound }
            let form = AccountForm(form, at: "", &edit.problems)
            Self.keep(existing.name, form.name, &edit)
            try Self.unwrap { () throws(VaultError) in
                try edit.merge(form, into: existing, name: existing.name, settings: .changes)
            }
        }
        return try view(account: id, edit)
    }
}

// MARK: How

extension Administration {
    /// For a document of thousands, and for writers that wait for one.
    private static let deadline = Duration.seconds(30)

    private typealias Change = @Sendable (inout DirectoryEdit) throws(AdministrationError) -> Void

    private func read() async throws(AdministrationError) -> DirectoryEdit {
        do throws(PostgresError) {
            return try await load(DirectoryStore(database))
        } catch {
            throw .database(error)
        }
    }

    private func load(_ store: DirectoryStore) async throws(PostgresError) -> DirectoryEdit {
        let apps = try await store.apps()
        return DirectoryEdit(
            vault: vault, connector: connector, now: clock.now(), merchants: try await store.merchants(),
            apps: apps,
            accounts: try await store.accounts())
    }

    /// Works a change out and writes it, all in one transaction that other writers wait for.
    private func edit(
        _ actor: Actor, dryRun: Bool = false, _ change: Change
    ) async throws(AdministrationError) -> DirectoryEdit {
        let warnings = try await askProviders(change)
        var edit: DirectoryEdit
        do {
            edit = try await database.transaction(deadline: Self.deadline) { transaction in
                let store = DirectoryStore(transaction)
                try await store.lockForWriting()
                var edit = try await load(store)
                try change(&edit)
                guard edit.problems.isEmpty else { throw AdministrationError.invalid(edit.problems) }
                if !dryRun { try await write(edit, by: actor, to: store) }
                return edit
            }
        } catch {
            throw AdministrationError(error)
        }
        edit.warnings = warnings
        if !dryRun, !edit.writes.isEmpty { await changed() }
        return edit
    }

    /// Has the providers look at the accounts that a change makes or changes, before anything is written and while no
    /// transaction is open; gives what could not be found out.
    private func askProviders(_ change: Change) async throws(AdministrationError) -> [String] {
        guard let probe else { return [] }
        var edit = try await read()
        try change(&edit)
        // What is wrong by itself is told by whoever makes the change.
        guard edit.problems.isEmpty else { return [] }
        let loader = DirectoryLoader(vault: vault, connector: connector)
        let asked = edit.writes.compactMap { write, change -> (ProviderAccount, String)? in
            guard case .account(let record, let pointer) = write, record.isEnabled,
                change.concernsTheProvider
            else { return nil }
            let directory = loader.directory(merchants: [], apps: [], accounts: [record])
            return directory.accounts.first.map { ($0, pointer) }
        }
        let findings = await probe.findings(on: asked)
        guard findings.problems.isEmpty else { throw .invalid(findings.problems) }
        return findings.warnings
    }

    private func write(_ edit: DirectoryEdit, by actor: Actor, to store: DirectoryStore)
        async throws(PostgresError)
    {
        for (write, change) in edit.writes {
            switch write {
            case .merchant(let record): try await store.put(record)
            case .app(let record, let revokesTokens):
                try await store.put(record)
                if revokesTokens { try await store.revokeTokens(of: record.id, at: edit.now) }
            case .account(let record, _): try await store.put(record)
            }
            try await store.audit(
                at: edit.now, actor: String(actor.prefix(100)),
                action: "\(change.kind.rawValue).\(change.action.rawValue)", subject: change.subject,
                detail: ["name": .string(change.name), "fields": .object(change.fieldsJSON)])
        }
    }

    private static func unwrap(_ body: () throws(VaultError) -> Void) throws(AdministrationError) {
        do throws(VaultError) { try body() } catch { throw .vault(error) }
    }

    private static func required(_ name: String?, _ edit: inout DirectoryEdit) -> String? {
        if name == nil, !edit.problems.contains(where: { $0.pointer == "/name" || $0.pointer.isEmpty }) {
            edit.problem("/name", "is missing")
        }
        return name
    }

    private static func keep(_ name: String, _ given: String?, _ edit: inout DirectoryEdit) {
        if let given, given != name { edit.problem("/name", "cannot change; leave it out") }
    }

    private static func subject(_ edit: DirectoryEdit) throws(AdministrationError) -> Identifier {
        guard let id = edit.changes.last?.id else { throw .notFound }
        return id
    }

    private static func find(
        app id: Identifier, _ edit: DirectoryEdit
    ) throws(AdministrationError) -> (AppRecord, MerchantRecord) {
        guard let app = edit.apps.first(where: { $0.id == id }),
            let merchant = edit.merchants.first(where: { $0.id == app.merchant })
        else { throw .notFound }
        return (app, merchant)
    }

    // MARK: Views

    private static func view(
        merchant id: Identifier, _ edit: DirectoryEdit
    ) throws(AdministrationError) -> MerchantView {
        guard let record = edit.merchants.first(where: { $0.id == id }) else { throw .notFound }
        return view(record, edit)
    }

    private static func view(_ record: MerchantRecord, _ edit: DirectoryEdit) -> MerchantView {
        let apps = edit.apps.filter { $0.merchant == record.id }.sorted { $0.name < $1.name }
        return MerchantView(
            id: record.id, merchant: record.merchant, apps: apps.map { view($0, record) },
            createdAt: record.createdAt, updatedAt: record.updatedAt)
    }

    private static func view(app id: Identifier, _ edit: DirectoryEdit) throws(AdministrationError) -> AppView
    {
        let (record, merchant) = try find(app: id, edit)
        return view(record, merchant)
    }

    private static func view(_ record: AppRecord, _ merchant: MerchantRecord) -> AppView {
        AppView(
            id: record.id, merchant: merchant.id, merchantName: merchant.name, name: record.name,
            isEnabled: record.isEnabled, createdAt: record.createdAt, updatedAt: record.updatedAt)
    }

    private func view(account id: Identifier, _ edit: DirectoryEdit) throws(AdministrationError)
        -> AccountView
    {
        guard let record = edit.accounts.first(where: { $0.id == id }) else { throw .notFound }
        return view(record)
    }

    private func view(_ record: AccountRecord) -> AccountView {
        let loaded = DirectoryLoader(vault: vault, connector: connector)
            .directory(merchants: [], apps: [], accounts: [record])
        return AccountView(
            id: record.id, name: record.name, connector: record.connector, isEnabled: record.isEnabled,
            priority: record.priority, methods: record.methods, settings: record.settings,
            secrets: (try? AccountSecrets.open(record, vault))?.keys,
            callbackAddresses: record.callbackAddresses,
            proxy: record.proxy, limits: record.limits, problem: loaded.unusableAccounts.first?.reason,
            createdAt: record.createdAt,
            updatedAt: record.updatedAt)
    }
}
