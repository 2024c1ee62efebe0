internal import Core
internal import JSON
internal import Postgres

/// A merchant as it is stored.
struct MerchantRecord: Sendable, Hashable {
    var id: Identifier
    var name: String
    var displayName: String
    var isEnabled: Bool
    var createdAt: Timestamp
    var updatedAt: Timestamp

    var merchant: Merchant { Merchant(id: id, name: name, displayName: displayName, isEnabled: isEnabled) }
}

/// An app as it is stored.
struct AppRecord: Sendable, Hashable {
    var id: Identifier
    var merchant: Identifier
    var name: String
    var accessKeyHash: [UInt8]
    var secretKeyHash: [UInt8]
    var sealedSigningKey: [UInt8]
    var isEnabled: Bool
    var createdAt: Timestamp
    var updatedAt: Timestamp

    var app: App {
        App(
            id: id, merchant: merchant, name: name, accessKeyHash: accessKeyHash,
            secretKeyHash: secretKeyHash,
            isEnabled: isEnabled)
    }
}

/// A provider account as it is stored: its secrets sealed, and nothing of it checked.
struct AccountRecord: Sendable, Hashable {
    var id: Identifier
    var name: String
    var connector: String
    var isEnabled: Bool
    var priority: Int
    var methods: [String]
    var settings: JSONObject
    var sealedSecrets: [UInt8]
    var callbackAddresses: [String]
    var proxy: String?
    var createdAt: Timestamp
    var updatedAt: Timestamp
    /// As `AccountLimits` reads them.
    var limits = JSONObject()
}

extension MerchantRecord {
    init(_ row: Row) throws(PostgresError) {
        id = try row.identifier("id")
        name = try row.text("name")
        displayName = try row.text("display_name")
        isEnabled = try row.bool("enabled")
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
    }
}

extension AppRecord {
    init(_ row: Row) throws(PostgresError) {
        id = try row.identifier("id")
        merchant = try row.identifier("merchant_id")
        name = try row.text("name")
        accessKeyHash = try row.bytes("access_key_hash")
        secretKeyHash = try row.bytes("secret_key_hash")
        sealedSigningKey = try row.bytes("sealed_signing_key")
        isEnabled = try row.bool("enabled")
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
    }
}

extension AccountRecord {
    init(_ row: Row) throws(PostgresError) {
        id = try row.identifier("id")
        name = try row.text("name")
        connector = try row.text("connector")
        isEnabled = try row.bool("enabled")
        priority = Int(try row.int("priority"))
        methods = try row.textArray("methods")
        // What is no object is no setting either: the account will be found wanting them.
        settings = (try? JSON.parse(row.json("settings")).objectValue) ?? JSONObject()
        sealedSecrets = try row.bytes("sealed_secrets")
        callbackAddresses = try row.textArray("callback_addresses")
        proxy = try row.textIfPresent("proxy")
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
        limits = (try? JSON.parse(row.json("limits")).objectValue) ?? JSONObject()
    }
}
