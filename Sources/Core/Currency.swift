/// A currency that Causeway moves, with the number of decimals its minor unit has here.
public struct Currency: Hashable, Sendable {
    /// ISO 4217's letters; also the currency's id in the API.
    public let code: String
    /// In English.
    public let name: String
    /// As people write it before an amount.
    public let symbol: String
    /// Decimals of the minor unit. The riel has none in use: its providers take whole riel only.
    public let exponent: Int

    /// Thailand.
    public static let thb = Currency(code: "THB", name: "Thai baht", symbol: "฿", exponent: 2)
    /// Kenya.
    public static let kes = Currency(code: "KES", name: "Kenyan shilling", symbol: "KSh", exponent: 2)
    /// Cambodia's other currency.
    public static let usd = Currency(code: "USD", name: "United States dollar", symbol: "$", exponent: 2)
    /// Cambodia.
    public static let khr = Currency(code: "KHR", name: "Cambodian riel", symbol: "៛", exponent: 0)

    /// Every currency, in the order the catalogue shows them.
    public static let all = [thb, kes, usd, khr]

    /// The currency with this code, in capitals.
    public init?(code: String) {
        guard let found = Self.all.first(where: { $0.code == code }) else { return nil }
        self = found
    }

    private init(code: String, name: String, symbol: String, exponent: Int) {
        self.code = code
        self.name = name
        self.symbol = symbol
        self.exponent = exponent
    }

    /// Two currencies are the same when their code is.
    public static func == (left: Currency, right: Currency) -> Bool { left.code == right.code }

    /// By the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
