public import Core

/// HaiPay: disbursements in Kenyan shillings, to mobile wallets and to banks.
public struct HaiPayConnector: Connector {
    let settings: HaiPaySettings

    /// Reads an account's settings.
    ///
    /// - Throws: when a key cannot be read, or the secret that goes with the signature is missing.
    public init(settings: AccountSettings) throws(FieldProblem) {
        self.settings = try HaiPaySettings(settings)
    }

    /// What HaiPay is and can do. Its one currency here is the shilling: the account's `appId` is bound to it. What it has
    /// accepted is in `frzBal`, no longer in `availableBal`.
    public static let descriptor = ConnectorDescriptor(
        id: "haipay", name: "HaiPay",
        methods: [
            MethodCapability(
                .kesEWallet, minimum: 10_00, maximum: 999_999_00,
                required: [.name, .bankCode, .phone, .email, .userId], optional: [.accountNumber],
                banks: HaiPayPayees.wallets),
            MethodCapability(
                .kesBank, minimum: 10_00, maximum: 999_999_00,
                required: [.name, .bankCode, .accountNumber, .phone, .email, .userId],
                banks: HaiPayPayees.banks),
        ],
        settings: HaiPaySettings.declared,
        pollPlan: PollPlan([5, 10, 15, 30, 60, 120, 300, 600].map { .seconds($0) }),
        reviewAfter: .seconds(60 * 60), utcOffset: HaiPayOrder.zone, holdsPayouts: true)

    /// What is wrong with a payment for HaiPay, field by field.
    public func problems(with payment: Payment) -> [FieldProblem] {
        Self.descriptor.declaredProblems(with: payment) + HaiPayPayee.problems(with: payment)
    }

    /// The documents do not say how an unknown order is answered: only an account that is told how long to wait believes it.
    public func notFoundGrace(for method: PaymentMethod) -> Duration? { settings.notFoundGrace }
}
