/// Whose money it is.
public struct Merchant: Sendable, Hashable {
    /// `me_…`.
    public let id: Identifier
    /// Unique; what configuration files call it.
    public let name: String
    /// What payers are shown.
    public let displayName: String
    /// A merchant that is switched off can neither sign in nor use a token it still has.
    public let isEnabled: Bool

    /// A merchant.
    public init(id: Identifier, name: String, displayName: String, isEnabled: Bool) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.isEnabled = isEnabled
    }
}

/// A program that calls us for a merchant. Its keys are stored as hashes only.
public struct App: Sendable, Hashable {
    /// `ap_…`.
    public let id: Identifier
    /// Its merchant.
    public let merchant: Identifier
    /// Unique within the merchant.
    public let name: String
    /// SHA-256 of the access key.
    public let accessKeyHash: [UInt8]
    /// SHA-256 of the secret key.
    public let secretKeyHash: [UInt8]
    /// Like its merchant's.
    public let isEnabled: Bool

    /// An app.
    public init(
        id: Identifier, merchant: Identifier, name: String, accessKeyHash: [UInt8], secretKeyHash: [UInt8],
        isEnabled: Bool
    ) {
        self.id = id
        self.merchant = merchant
        self.name = name
        self.accessKeyHash = accessKeyHash
        self.secretKeyHash = secretKeyHash
        self.isEnabled = isEnabled
    }
}
