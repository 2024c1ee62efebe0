/// Every connector, one line each. No other file outside a provider's own folder names a provider.
public enum ConnectorRegistry {
    /// In the order people see them.
    public static let all: [any Connector.Type] = [
        PayPlusConnector.self,
        HaiPayConnector.self,
        KESSConnector.self,
        BakongConnector.self,
    ]

    /// The connector that configuration calls `id`.
    public static func connector(_ id: String) -> (any Connector.Type)? {
        all.first { $0.descriptor.id == id }
    }
}
