public import Core

/// KESS: transfers of dollars to KESS wallets, in two steps. The first one tells who the receiver is and moves nothing, the
/// second one pays; nothing is ever called back.
public struct KESSConnector: Connector {
    let settings: KESSSettings

    /// Reads an account's settings.
    ///
    /// - Throws: when a key or a header's value cannot be read.
    public init(settings: AccountSettings) throws(FieldProblem) {
        self.settings = try KESSSettings(settings)
    }

    /// What KESS is and can do. It sends dollars only, and has no word on what an account holds.
    public static let descriptor = ConnectorDescriptor(
        id: "kess", name: "KESS",
        methods: [
            MethodCapability(
                .usdKESS, minimum: 1, maximum: 1_000_000_00, required: [.accountNumber], optional: [.name],
                flow: .prepared)
        ],
        settings: KESSSettings.declared,
        pollPlan: PollPlan([2, 3, 5, 10, 15, 30, 60, 120, 300].map { .seconds($0) }),
        reviewAfter: .seconds(30 * 60),
        timeouts: ProviderTimeouts(firstByte: .seconds(13), total: .seconds(15)),
        utcOffset: .seconds(7 * 3600))

    /// What is wrong with a payment for KESS, field by field.
    public func problems(with payment: Payment) -> [FieldProblem] {
        var problems = Self.descriptor.declaredProblems(with: payment)
        if let account = payment.counterparty[.accountNumber], !account.isEmpty, Self.receiver(account) == nil
        {
            problems.append(
                FieldProblem(
                    .accountNumber, "must be a KESS user id or a phone number: 1 to 25 letters and digits"))
        }
        return problems
    }

    /// A KESS user id, or a phone number without what people put between its digits (`receiver_id`, Alpha(25)).
    static func receiver(_ text: String) -> String? {
        let isPhone = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || " -+()".utf8.contains(byte)
        }
        let plain = isPhone ? text.filter { $0.isASCII && $0.isNumber } : text
        let isPlain = plain.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        }
        return (1...25).contains(plain.utf8.count) && isPlain ? plain : nil
    }

    /// Where the account is told how long to wait, "does not exist" proves that no transfer was made.
    public func notFoundGrace(for method: PaymentMethod) -> Duration? { settings.notFoundGrace }

    /// The access token, good for a time.
    public var session: (any SessionSource)? { KESSSession(settings: settings) }
}
