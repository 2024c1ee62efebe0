internal import Core

/// A PromptPay QR code: who is paid, in baht, and how much.
struct PromptPayCode {
    /// What the payer's bank will ask for; `nil` where the payer types the amount.
    let amount: Money?

    /// Reads a code; `nil` when it is not a sound one for baht in Thailand.
    ///
    /// The payee is a transfer's (tag 29: a phone number, a tax or citizen id, a wallet) or a biller's (tag 30), by
    /// the Thai QR payment standard.
    init?(_ text: String) {
        guard let code = EMVCode(text), code["00"] == "01", ["11", "12"].contains(code["01"] ?? "11"),
            code["53"] == "764", code["58"] == "TH", Self.namesPayee(code)
        else { return nil }
        guard let written = code["54"] else {
            amount = nil
            return
        }
        guard let amount = try? Money(decimal: written, .thb), amount.minor > 0 else { return nil }
        self.amount = amount
    }

    private static func namesPayee(_ code: EMVCode) -> Bool {
        if let template = code["29"].flatMap(EMVCode.init(template:)), template["00"] == "A000000677010111" {
            let phone = template["01"].map { $0.hasPrefix("0066") && isDigits($0, 13) } ?? false
            return phone || isDigits(template["02"] ?? "", 13) || isDigits(template["03"] ?? "", 15)
        }
        guard let biller = code["30"].flatMap(EMVCode.init(template:)) else { return false }
        return biller["00"] == "A000000677010112" && isDigits(biller["01"] ?? "", 15)
    }

    private static func isDigits(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
