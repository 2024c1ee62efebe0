public import Core
public import JSON

/// A merchant, for operators.
public struct MerchantView: Sendable {
    /// `me_…`.
    public let id: Identifier
    /// Its name, display name and whether it is enabled.
    public let merchant: Merchant
    /// Its apps.
    public let apps: [AppView]
    /// When it was made.
    public let createdAt: Timestamp
    /// When it last changed, its apps apart.
    public let updatedAt: Timestamp

    /// For programs: what the admin API answers.
    public var json: JSON {
        [
            "id": .string(id.text(.merchant)), "name": .string(merchant.name),
            "displayName": .string(merchant.displayName), "enabled": .bool(merchant.isEnabled),
            "apps": .array(apps.map(\.json)), "createdAt": .string(createdAt.iso8601),
            "updatedAt": .string(updatedAt.iso8601),
        ]
    }
}

/// An app, for operators. Its keys cannot be shown: only their hashes are stored.
public struct AppView: Sendable {
    /// `ap_…`.
    public let id: Identifier
    /// Whose it is.
    public let merchant: Identifier
    /// Its merchant's name.
    public let merchantName: String
    /// Its name.
    public let name: String
    /// Whether it may call; its merchant's switch counts too.
    public let isEnabled: Bool
    /// When it was made.
    public let createdAt: Timestamp
    /// When it last changed.
    public let updatedAt: Timestamp

    /// For programs: what the admin API answers.
    public var json: JSON {
        [
            "id": .string(id.text(.app)), "merchantId": .string(merchant.text(.merchant)),
            "merchant": .string(merchantName), "name": .string(name), "enabled": .bool(isEnabled),
            "createdAt": .string(createdAt.iso8601), "updatedAt": .string(updatedAt.iso8601),
        ]
    }
}

/// A provider account, for operators: its secrets by name only.
public struct AccountView: Sendable {
    /// `pa_…`.
    public let id: Identifier
    /// Its name.
    public let name: String
    /// What its connector is called.
    public let connector: String
    /// Whether routing may choose it.
    public let isEnabled: Bool
    /// Lower is tried first.
    public let priority: Int
    /// What it may be used for.
    public let methods: [String]
    /// Its settings without the secrets.
    public let settings: JSONObject
    /// The names of the secrets that are stored; nil where they do not open.
    public let secrets: [String]?
    /// Where its callbacks may come from; empty: anywhere.
    public let callbackAddresses: [String]
    /// An HTTP proxy for calls to it.
    public let proxy: String?
    /// What its owner lets it take: `caps`, `maintenance`, `lowBalance`, where there are any.
    public let limits: JSONObject
    /// Why it cannot be used as it is stored, if so.
    public let problem: String?
    /// When it was made.
    public let createdAt: Timestamp
    /// When it last changed.
    public let updatedAt: Timestamp

    /// For programs: what the admin API answers.
    public var json: JSON {
        [
            "id": .string(id.text(.providerAccount)), "name": .string(name), "connector": .string(connector),
            "enabled": .bool(isEnabled), "priority": .int(Int64(priority)),
            "methods": .array(methods.map(JSON.string)), "settings": .object(settings),
            "secrets": secrets.map { .array($0.map(JSON.string)) } ?? .null,
            "callbackAddresses": .array(callbackAddresses.map(JSON.string)),
            "proxy": proxy.map(JSON.string) ?? .null, "caps": limits["caps"] ?? [],
            "maintenance": limits["maintenance"] ?? [], "lowBalance": limits["lowBalance"] ?? .null,
            "problem": problem.map(JSON.string) ?? .null,
            "createdAt": .string(createdAt.iso8601), "updatedAt": .string(updatedAt.iso8601),
        ]
    }
}
