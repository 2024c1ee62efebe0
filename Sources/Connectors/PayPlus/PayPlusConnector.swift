public import Core

/// PayPlus: deposits and withdrawals in Thai baht.
public struct PayPlusConnector: Connector {
    let settings: PayPlusSettings

    /// Reads an account's settings.
    ///
    /// - Throws: when a key cannot stand in a header.
    public init(settings: AccountSettings) throws(FieldProblem) {
        self.settings = try PayPlusSettings(settings)
    }

    /// What PayPlus is and can do.
    public static let descriptor = ConnectorDescriptor(
        id: "payplus", name: "PayPlus",
        methods: [capability(.thbQR), capability(.thbBankTransfer), capability(.thbBank)],
        settings: PayPlusSettings.declared,
        pollPlan: PollPlan([5, 10, 15, 30, 60, 120, 300, 600].map { .seconds($0) }),
        reviewAfter: .seconds(30 * 60), utcOffset: .seconds(7 * 3600))

    /// The documents give no limits: from one baht to two million, what the Thai banks' own instant transfers take.
    private static func capability(_ method: PaymentMethod) -> MethodCapability {
        MethodCapability(
            method, minimum: 1_00, maximum: 2_000_000_00, required: [.name, .bankCode, .accountNumber],
            banks: PayPlusBanks.all)
    }

    /// What is wrong with a payment for PayPlus, field by field.
    public func problems(with payment: Payment) -> [FieldProblem] {
        var problems = Self.descriptor.declaredProblems(with: payment)
        if let name = payment.counterparty[.name], name.count > 100 {
            problems.append(FieldProblem(.name, "must have at most 100 characters"))
        }
        if let number = payment.counterparty[.accountNumber], !number.isEmpty,
            Self.accountNumber(number) == nil
        {
            problems.append(
                FieldProblem(.accountNumber, "must be 6 to 20 digits; hyphens and spaces may part them"))
        }
        return problems
    }

    /// A bank account's digits, without what people put between them.
    static func accountNumber(_ text: String) -> String? {
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        guard (6...20).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The documents do not say how an unknown order is answered: only an account that is told how long to wait believes it.
    public func notFoundGrace(for method: PaymentMethod) -> Duration? { settings.notFoundGrace }
}
