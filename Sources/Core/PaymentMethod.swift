/// Which way money goes, as the merchant sees it.
public enum Direction: String, Sendable, Hashable {
    /// A payer pays the merchant.
    case payin
    /// The merchant pays somebody.
    case payout
}

/// A way to pay or to be paid, in one currency and one direction.
public enum PaymentMethod: String, Sendable, Hashable, CaseIterable {
    /// PromptPay by QR, Thailand.
    case thbQR = "THB_QR"
    /// A bank transfer to an account that is shown to the payer, Thailand.
    case thbBankTransfer = "THB_BANK_TRANSFER"
    /// To a Thai bank account.
    case thbBank = "THB_BANK"
    /// To a Kenyan mobile wallet: M-Pesa and others.
    case kesEWallet = "KES_EWALLET"
    /// To a Kenyan bank account.
    case kesBank = "KES_BANK"
    /// Dollars by KHQR, Cambodia.
    case usdKHQR = "USD_KHQR"
    /// Riel by KHQR, Cambodia.
    case khrKHQR = "KHR_KHQR"
    /// To a KESS wallet, Cambodia.
    case usdKESS = "USD_KESS"

    /// The method's fixed direction.
    public var direction: Direction {
        switch self {
        case .thbQR, .thbBankTransfer, .usdKHQR, .khrKHQR: .payin
        case .thbBank, .kesEWallet, .kesBank, .usdKESS: .payout
        }
    }

    /// The method's one currency.
    public var currency: Currency {
        switch self {
        case .thbQR, .thbBankTransfer, .thbBank: .thb
        case .kesEWallet, .kesBank: .kes
        case .usdKHQR, .usdKESS: .usd
        case .khrKHQR: .khr
        }
    }

    /// In English, for a person who chooses.
    public var name: String {
        switch self {
        case .thbQR: "PromptPay QR"
        case .thbBankTransfer: "Bank transfer"
        case .thbBank: "Payout to a Thai bank account"
        case .kesEWallet: "Payout to a mobile wallet"
        case .kesBank: "Payout to a Kenyan bank account"
        case .usdKHQR, .khrKHQR: "KHQR"
        case .usdKESS: "Payout to a KESS wallet"
        }
    }
}
