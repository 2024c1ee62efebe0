internal import Core
internal import JSON

/// What one PayPlus account tells.
struct PayPlusSettings: Sendable {
    let baseURL: String
    let merchantID: String
    let requests: PayPlusSignature
    let callbacks: PayPlusSignature
    let paths: Paths
    let timestampUnit: TimestampUnit
    /// `nil`: whatever their age.
    let callbackTolerance: Duration?
    let notFoundGrace: Duration?

    /// After the base URL.
    struct Paths: Sendable {
        let deposit: String
        let withdraw: String
        let balance: String
        let query: String
        let banks: String
        let health: String
    }

    /// What `timestamp` counts.
    enum TimestampUnit: String, Sendable, CaseIterable {
        case seconds, milliseconds

        func count(_ time: Timestamp) -> Int64 {
            switch self {
            case .seconds: time.seconds
            case .milliseconds: time.milliseconds
            }
        }
    }

    init(_ settings: AccountSettings) throws(FieldProblem) {
        baseURL = settings.text("baseURL")
        merchantID = settings.text("merchantId")
        let apiKey = try Self.headerValue("apiKey", settings.text("apiKey"))
        requests = PayPlusSignature(key: apiKey)
        callbacks = PayPlusSignature(key: settings.textIfPresent("callbackKey") ?? apiKey)
        paths = Paths(
            deposit: settings.text("depositPath"), withdraw: settings.text("withdrawPath"),
            balance: settings.text("balancePath"), query: settings.text("queryPath"),
            banks: settings.text("banksPath"), health: settings.text("healthPath"))
        timestampUnit = TimestampUnit(rawValue: settings.text("timestampUnit")) ?? .milliseconds
        callbackTolerance = Self.seconds(settings.integer("callbackToleranceSeconds"))
        notFoundGrace = Self.seconds(settings.integer("notFoundGraceSeconds"))
    }

    private static func seconds(_ count: Int64) -> Duration? { count > 0 ? .seconds(count) : nil }

    private static func headerValue(_ name: String, _ text: String) throws(FieldProblem) -> String {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw FieldProblem(pointer: "/settings/\(name)", detail: "must be visible ASCII without spaces")
        }
        return text
    }

    /// As the admin schema and the documentation show them.
    static let declared: [AccountSetting] = [
        AccountSetting(
            "baseURL", .url, required: true,
            help: "where PayPlus's API is, e.g. https://api.example.com/api/v1"),
        AccountSetting(
            "merchantId", .text(maxLength: 100), required: true,
            help: "the merchant that the API key is bound to"),
        AccountSetting(
            "apiKey", .secret(maxLength: 500), required: true,
            help: "sent as x-api-key, and the key of every signature"),
        AccountSetting(
            "callbackKey", .secret(maxLength: 500),
            help: "the key of callbacks' signatures, where it is not the API key"),
        path("depositPath", "/deposit", "deposits are asked for"),
        path("withdrawPath", "/withdraw", "withdrawals are asked for"),
        path("balancePath", "/balance", "the balance is told"),
        path("queryPath", "/query", "an order is asked about"),
        path("banksPath", "/banks", "the banks are listed"),
        path("healthPath", "/health", "PayPlus says how it is"),
        AccountSetting(
            "timestampUnit", .choice(TimestampUnit.allCases.map(\.rawValue)),
            fallback: .string(TimestampUnit.milliseconds.rawValue),
            help: "what the timestamps that we send count"),
        AccountSetting(
            "callbackToleranceSeconds", .integer(0...86_400), fallback: .int(300),
            help: "how far a callback's time may be from now; 0 accepts any age"),
        AccountSetting(
            "notFoundGraceSeconds", .integer(0...86_400), fallback: .int(0),
            help: "how long after sending \"not found\" proves that an order never arrived; 0: it never does"),
    ]

    private static func path(_ name: String, _ fallback: String, _ what: String) -> AccountSetting {
        AccountSetting(
            name, .path, fallback: .string(fallback), help: "the path below the base URL where \(what)")
    }
}
