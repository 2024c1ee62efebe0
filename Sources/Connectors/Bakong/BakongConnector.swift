public import Core

/// Bakong, the national bank of Cambodia's payment system: payins in dollars and riel by KHQR. We make the code; the payer's bank
/// pays the account in it; whether that happened is found by asking for the code's MD5. Nothing is ever called back.
public struct BakongConnector: Connector {
    let settings: BakongSettings

    /// Reads an account's settings.
    ///
    /// - Throws: when they do not fit together, or no code could be made of them.
    public init(settings: AccountSettings) throws(FieldProblem) {
        self.settings = try BakongSettings(settings)
    }

    /// What Bakong is and can do. The plan is fast while the payer is likely to look at the code.
    public static let descriptor = ConnectorDescriptor(
        id: "bakong", name: "Bakong",
        methods: [
            MethodCapability(
                .usdKHQR, minimum: 1, maximum: 1_000_000_00, required: [],
                optional: [.name, .phone, .userId],
                flow: .issued),
            MethodCapability(
                .khrKHQR, minimum: 1, maximum: 4_000_000_000, required: [],
                optional: [.name, .phone, .userId], flow: .issued),
        ],
        settings: BakongSettings.declared,
        pollPlan: PollPlan(
            [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 5, 5, 5, 5, 5, 10, 10, 10, 20, 20, 30, 60]
                .map { .seconds($0) }),
        reviewAfter: .seconds(30 * 60),
        timeouts: ProviderTimeouts(firstByte: .seconds(13), total: .seconds(15)),
        bulkQueryMax: 50, utcOffset: .seconds(7 * 3600))

    /// What is wrong with a payment for Bakong, field by field.
    public func problems(with payment: Payment) -> [FieldProblem] {
        Self.descriptor.declaredProblems(with: payment)
    }

    /// As many as the account is told.
    public var requestsPerMinute: Int? { settings.requestsPerMinute }

    /// The access token, good for about three months.
    public var session: (any SessionSource)? { BakongSession(settings: settings) }

    /// By e-mail: a code is sent, and shown for a token.
    public var registration: (any AccountRegistration)? { BakongRegistration(settings: settings) }

    /// By the number that the payer's app shows.
    public var lookup: (any PaymentLookup)? { BakongLookup(settings: settings) }
}
