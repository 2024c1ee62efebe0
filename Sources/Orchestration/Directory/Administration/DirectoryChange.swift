public import Core
public import JSON

/// What became, or would become, of one merchant, app or account.
public struct DirectoryChange: Sendable, Hashable {
    /// What it is.
    public enum Kind: String, Sendable, Hashable {
        /// A merchant.
        case merchant
        /// An app.
        case app
        /// A provider account.
        case account

        var identifier: Identifier.Kind {
            switch self {
            case .merchant: .merchant
            case .app: .app
            case .account: .providerAccount
            }
        }
    }

    /// What happens to it.
    public enum Action: String, Sendable, Hashable {
        /// It is new.
        case created
        /// Fields of it change.
        case updated
        /// It is already so.
        case unchanged
    }

    /// One field that changes.
    public struct Field: Sendable, Hashable {
        /// As in the document: `displayName`, `settings.baseURL`.
        public let name: String
        /// Before; nil where there was nothing, and for a secret.
        public let from: JSON?
        /// After; nil where there is nothing, and for a secret.
        public let to: JSON?
        /// Its values are never shown.
        public let isSecret: Bool
    }

    /// What it is.
    public let kind: Kind
    /// What happens to it.
    public let action: Action
    /// Its id.
    public let id: Identifier
    /// Its name; an app's with its merchant's: `shop/checkout`.
    public let name: String
    /// What changes, where it is not new.
    public let fields: [Field]

    /// Whether a provider may think otherwise of the account afterwards.
    var concernsTheProvider: Bool {
        action == .created
            || fields.contains {
                $0.name.hasPrefix("settings.") || $0.name == "proxy"
                    || $0.name == "enabled" && $0.to == .bool(true)
            }
    }

    /// The id with its prefix.
    public var subject: String { id.text(kind.identifier) }

    /// For programs.
    public var json: JSON {
        var object: JSONObject = [
            "kind": .string(kind.rawValue), "action": .string(action.rawValue), "id": .string(subject),
            "name": .string(name),
        ]
        if !fields.isEmpty { object["fields"] = .object(fieldsJSON) }
        return .object(object)
    }

    var fieldsJSON: JSONObject {
        JSONObject(
            fields.map { field in
                let change: JSON =
                    field.isSecret ? "changed" : ["from": field.from ?? .null, "to": field.to ?? .null]
                return (field.name, change)
            })
    }
}

/// Keys made for an app. They are shown once: only their hashes are stored.
public struct IssuedKeys: Sendable {
    /// Whose.
    public let app: Identifier
    /// The app's merchant, by name.
    public let merchantName: String
    /// The app's name.
    public let appName: String
    /// 256 random bits after `ak_`.
    public let accessKey: String
    /// 256 random bits after `sk_`.
    public let secretKey: String

    /// For programs.
    public var json: JSON {
        [
            "appId": .string(app.text(.app)), "merchant": .string(merchantName), "app": .string(appName),
            "accessKey": .string(accessKey), "secretKey": .string(secretKey),
        ]
    }
}

/// What `Administration.apply` did, or would do.
public struct ApplyReport: Sendable {
    /// Everything that the document names, in its order.
    public let changes: [DirectoryChange]
    /// Of the apps that are new and came without keys. Empty on a dry run.
    public let keys: [IssuedKeys]
    /// Nothing was written.
    public let isDryRun: Bool
    /// What providers could not say about accounts, with what to do.
    public let warnings: [String]

    /// For programs. On a dry run what would be created has no id yet.
    public var json: JSON {
        let changes = changes.map { change in
            guard isDryRun, change.action == .created else { return change.json }
            return JSON.object((change.json.objectValue ?? [:]).removing("id"))
        }
        return [
            "dryRun": .bool(isDryRun), "changes": .array(changes), "keys": .array(keys.map(\.json)),
            "warnings": .array(warnings.map(JSON.string)),
        ]
    }
}
