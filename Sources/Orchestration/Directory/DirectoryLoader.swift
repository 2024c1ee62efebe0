public import Connectors
internal import Core
internal import JSON
public import Postgres
internal import Routing

/// Finds a connector by its id. `ConnectorRegistry.connector` but in tests.
public typealias ConnectorLookup = @Sendable (String) -> (any Connector.Type)?

/// Makes a directory of what is stored: secrets opened, connectors made. An account that does not work is left out, with
/// the reason: it never keeps the others from working.
public struct DirectoryLoader: Sendable {
    private let vault: Vault
    private let connector: ConnectorLookup

    /// A loader with the vault that sealed what it will read.
    public init(vault: Vault, connector: @escaping ConnectorLookup = ConnectorRegistry.connector) {
        self.vault = vault
        self.connector = connector
    }

    /// Reads everything.
    ///
    /// - Throws: `.database` alone.
    public func load(from database: PostgresPool) async throws(DirectoryError) -> Directory {
        do throws(PostgresError) {
            let store = DirectoryStore(database)
            // Apps first: a merchant that is made in between is read, then, with an app or without.
            let apps = try await store.apps()
            let merchants = try await store.merchants()
            let accounts = try await store.accounts()
            let rules = try await RuleStore(database).newest()
            let switches = try await BreakerStore(database).all()
            let shadow = try await ShadowStore(database).newest(1).first
            let directory = shadowed(
                directory(merchants: merchants, apps: apps, accounts: accounts), by: shadow
            ).switched(by: switches)
            guard let rules else { return directory }
            // Routing by other rules than the operator's may cost money: what cannot be read is not left out.
            guard let document = try? RuleDocument(rules.document) else {
                throw PostgresError.undecodable(
                    "the routing rules of revision \(rules.revision) are not of a form that this version reads"
                )
            }
            return directory.routed(by: document, revision: rules.revision)
        } catch {
            throw .database(error)
        }
    }

    /// Unlike the rules, a shadow that cannot be read is left out: nothing follows from it, and nothing may fail by it.
    /// Its status says so.
    private func shadowed(_ directory: Directory, by stored: ShadowStore.Stored?) -> Directory {
        guard let stored, let document = stored.rules else { return directory }
        return directory.shadowed(by: document, share: stored.share, revision: stored.revision)
    }

    func directory(merchants: [MerchantRecord], apps: [AppRecord], accounts: [AccountRecord]) -> Directory {
        var signingKeys: [Identifier: [UInt8]] = [:]
        for app in apps {
            signingKeys[app.id] = try? vault.open(app.sealedSigningKey, for: .signingKey, id: app.id)
        }
        var working: [ProviderAccount] = []
        var unusable: [UnusableAccount] = []
        for record in accounts {
            do throws(UnusableReason) {
                working.append(try account(record))
            } catch {
                unusable.append(
                    UnusableAccount(
                        id: record.id, name: record.name, connector: record.connector,
                        isEnabled: record.isEnabled,
                        reason: error.text,
                        utcOffset: connector(record.connector)?.descriptor.utcOffset))
            }
        }
        return Directory(
            merchants: merchants.map(\.merchant), apps: apps.map(\.app), accounts: working,
            signingKeys: signingKeys,
            unusableAccounts: unusable)
    }

    /// A stored account, ready to be used.
    private func account(_ record: AccountRecord) throws(UnusableReason) -> ProviderAccount {
        guard let type = connector(record.connector) else {
            throw UnusableReason("this version has no connector '\(record.connector)'")
        }
        let secrets: JSONObject
        do throws(VaultError) {
            secrets = try AccountSecrets.open(record, vault)
        } catch {
            throw UnusableReason(error.description)
        }
        let connector = try instance(of: type, AccountSecrets.merge(secrets, into: record.settings))
        var ranges: [AddressRange] = []
        for text in record.callbackAddresses {
            guard let range = AddressRange(text) else {
                throw UnusableReason("callbackAddresses: '\(text)' is no address range")
            }
            ranges.append(range)
        }
        let limits: AccountLimits
        do throws(LimitProblems) {
            limits = try AccountLimits(record.limits, for: type.descriptor)
        } catch {
            // A limit that cannot be read is not left out: money may hang on it.
            throw UnusableReason(error.list.map(\.sentence).joined(separator: "; "))
        }
        // A method that this version's connector does not have is left out: the others still work.
        let methods = record.methods.compactMap(PaymentMethod.init(rawValue:)).filter {
            type.descriptor.capability($0) != nil
        }
        return ProviderAccount(
            id: record.id, name: record.name, isEnabled: record.isEnabled, priority: record.priority,
            methods: Set(methods), connector: connector, callbackAddresses: ranges, proxy: record.proxy,
            limits: limits)
    }

    private func instance(
        of type: any Connector.Type, _ written: JSONObject
    ) throws(UnusableReason) -> any Connector {
        do {
            let settings = try AccountSettings(written, declared: type.descriptor.settings)
            return try type.init(settings: settings)
        } catch let error as FieldProblems {
            throw UnusableReason(error.problems.map(\.sentence).joined(separator: "; "))
        } catch let error as FieldProblem {
            throw UnusableReason(error.sentence)
        } catch {
            throw UnusableReason("its settings do not work")
        }
    }
}

private struct UnusableReason: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

extension FieldProblem {
    fileprivate var sentence: String { "\(pointer.dropFirst()) \(detail)" }
}

/// An account's secret settings, sealed together as one JSON object.
enum AccountSecrets {
    static func open(_ record: AccountRecord, _ vault: Vault) throws(VaultError) -> JSONObject {
        let bytes = try vault.open(record.sealedSecrets, for: .accountSecrets, id: record.id)
        guard let secrets = try? JSON.parse(bytes).objectValue else { throw .notAuthentic }
        return secrets
    }

    static func seal(_ secrets: JSONObject, for id: Identifier, _ vault: Vault) throws(VaultError) -> [UInt8]
    {
        try vault.seal(JSON.object(secrets).compact(), for: .accountSecrets, id: id)
    }

    /// Settings as they were written: both kinds in one object.
    static func merge(_ secrets: JSONObject, into settings: JSONObject) -> JSONObject {
        var merged = settings
        for (name, value) in secrets.members { merged[name] = value }
        return merged
    }
}
