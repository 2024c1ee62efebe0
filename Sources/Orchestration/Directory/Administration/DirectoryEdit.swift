internal import Core
internal import Cryptography
internal import JSON

/// What an administrator's document comes to, worked out against the directory as it is stored, before anything is
/// written. Pure: it reads no database and no clock.
struct DirectoryEdit {
    /// How an account's settings are meant.
    enum SettingsMode {
        /// All of them: what is left out goes, but a secret stays.
        case whole
        /// Those that change: what is left out stays, `null` goes.
        case changes
    }

    enum Write {
        case merchant(MerchantRecord)
        case app(AppRecord, revokesTokens: Bool)
        /// With its place in the document.
        case account(AccountRecord, at: String)
    }

    let vault: Vault
    let connector: ConnectorLookup
    let now: Timestamp

    var merchants: [MerchantRecord]
    var apps: [AppRecord]
    var accounts: [AccountRecord]

    var problems: [FieldProblem] = []
    /// What could not be found out, for operators.
    var warnings: [String] = []
    var changes: [DirectoryChange] = []
    var keys: [IssuedKeys] = []
    var writes: [(write: Write, change: DirectoryChange)] = []

    init(
        vault: Vault, connector: @escaping ConnectorLookup, now: Timestamp, merchants: [MerchantRecord] = [],
        apps: [AppRecord] = [], accounts: [AccountRecord] = []
    ) {
        self.vault = vault
        self.connector = connector
        self.now = now
        self.merchants = merchants
        self.apps = apps
        self.accounts = accounts
    }

    mutating func problem(_ pointer: String, _ detail: String) {
        problems.append(FieldProblem(pointer: pointer, detail: detail))
    }

    /// A whole document: merchants with their apps, and accounts.
    mutating func apply(_ document: JSON) throws(VaultError) {
        var reader = FormReader(document, at: "")
        let merchants = reader.list("merchants", max: 10_000) ?? []
        let accounts = reader.list("accounts", max: 10_000) ?? []
        reader.finish()
        problems += reader.problems
        var seen: Set<String> = []
        for (index, value) in merchants.enumerated() {
            let form = MerchantForm(value, at: "/merchants/\(index)", withApps: true, &problems)
            guard let name = named(form.name, form.pointer, "merchant", &seen) else { continue }
            let existing = self.merchants.first { $0.name == name }
            try merge(form, into: existing, name: name)
        }
        seen = []
        for (index, value) in accounts.enumerated() {
            let form = AccountForm(value, at: "/accounts/\(index)", &problems)
            guard let name = named(form.name, form.pointer, "account", &seen) else { continue }
            let existing = self.accounts.first { $0.name == name }
            try merge(form, into: existing, name: name, settings: .whole)
        }
    }

    /// A name that must be there, and but once in the document.
    private mutating func named(
        _ name: String?, _ pointer: String, _ kind: String, _ seen: inout Set<String>
    ) -> String? {
        guard let name else {
            // One that is there and wrong has its problem already.
            if !problems.contains(where: { $0.pointer == "\(pointer)/name" || $0.pointer == pointer }) {
                problem("\(pointer)/name", "is missing: what this document calls the \(kind)")
            }
            return nil
        }
        guard seen.insert(name).inserted else {
            problem("\(pointer)/name", "is the name of another \(kind) in this document")
            return nil
        }
        return name
    }

    // MARK: Merchants

    mutating func merge(
        _ form: MerchantForm, into existing: MerchantRecord?, name: String
    ) throws(VaultError) {
        var record =
            existing
            ?? MerchantRecord(
                id: form.id ?? Identifier(at: now), name: name, displayName: name, isEnabled: true,
                createdAt: now,
                updatedAt: now)
        checkIdentity(
            form.id, existing?.id, among: merchants.map(\.id), form.pointer)
        record.displayName = form.displayName ?? record.displayName
        record.isEnabled = form.isEnabled ?? record.isEnabled
        var fields = FieldChanges()
        if let existing {
            fields.note("displayName", .string(existing.displayName), .string(record.displayName))
            fields.note("enabled", .bool(existing.isEnabled), .bool(record.isEnabled))
        }
        let action = fields.action(isNew: existing == nil)
        if action != .unchanged { record.updatedAt = now }
        Self.put(record, into: &merchants) { $0.id == record.id }
        finish(.merchant(record), .merchant, action, record.id, name, fields)
        var seen: Set<String> = []
        for app in form.apps {
            guard let appName = named(app.name, app.pointer, "app of this merchant", &seen) else { continue }
            let existing = apps.first { $0.merchant == record.id && $0.name == appName }
            try merge(app, into: existing, of: record, name: appName)
        }
    }

    /// An id is given once and for ever.
    mutating func checkIdentity(
        _ given: Identifier?, _ existing: Identifier?, among taken: [Identifier], _ pointer: String
    ) {
        guard let given, given != existing else { return }
        if existing != nil {
            problem("\(pointer)/id", "is not the id it has, which cannot change; leave it out")
        } else if taken.contains(given) {
            problem("\(pointer)/id", "is the id of another with another name, and names cannot change")
        }
    }

    static func put<Record>(_ record: Record, into records: inout [Record], _ isIt: (Record) -> Bool) {
        if let place = records.firstIndex(where: isIt) {
            records[place] = record
        } else {
            records.append(record)
        }
    }

    mutating func finish(
        _ write: Write, _ kind: DirectoryChange.Kind, _ action: DirectoryChange.Action, _ id: Identifier,
        _ name: String, _ fields: FieldChanges
    ) {
        let change = DirectoryChange(kind: kind, action: action, id: id, name: name, fields: fields.fields)
        changes.append(change)
        if action != .unchanged { writes.append((write, change)) }
    }
}

/// Gathers what differs.
struct FieldChanges {
    private(set) var fields: [DirectoryChange.Field] = []

    mutating func note(_ name: String, _ from: JSON?, _ to: JSON?) {
        let isSame =
            switch (from, to) {
            case (nil, nil): true
            case (let from?, let to?): from.isEquivalent(to: to)
            default: false
            }
        if !isSame { fields.append(DirectoryChange.Field(name: name, from: from, to: to, isSecret: false)) }
    }

    mutating func noteSecret(_ name: String, isSame: Bool) {
        if !isSame { fields.append(DirectoryChange.Field(name: name, from: nil, to: nil, isSecret: true)) }
    }

    func action(isNew: Bool) -> DirectoryChange.Action {
        isNew ? .created : fields.isEmpty ? .unchanged : .updated
    }
}
