internal import Core
internal import Cryptography
internal import JSON

/// PayPlus's answer to a deposit that it took: what the payer is to be shown.
struct PayPlusDeposit {
    let data: JSONObject
    let payment: Payment
    let merchantID: String

    /// Accepted, or why it cannot be told. What does not fit is never shown: nobody may pay by a wrong code, and the
    /// query goes on asking what became of the order.
    func outcome() -> Outcome {
        guard data["transactionId"]?.stringValue?.isExactly(payment.reference) == true else {
            return .unknown("the answer is about another transactionId")
        }
        guard !data.tells("merchantId") || data["merchantId"]?.stringValue?.isExactly(merchantID) == true
        else {
            return .unknown("the answer is about another merchant")
        }
        guard let number = data.reference("referenceId") else { return .unknown("no referenceId") }
        guard PayPlusOrder.underWay.contains(data["status"]?.stringValue ?? "") else {
            return .unknown("a new deposit that is not under way")
        }
        guard !data.tells("currency") || data["currency"]?.stringValue?.uppercased() == "THB" else {
            return .unknown("the deposit is in another currency")
        }
        guard let payable else { return .unknown("no single sound amount to pay") }
        var artefact = transfer()
        switch code(for: payable) {
        case .nothing: break
        case .text(let text): artefact.qrCode = text
        case .image(let image): artefact.qrImage = image
        case .unsound: return .unknown("the QR code does not fit the amount to pay, or is no PromptPay code")
        }
        guard
            artefact.pageURL != nil || artefact.bankAccountNumber != nil || artefact.qrCode != nil
                || artefact.qrImage != nil
        else { return .unknown("nothing that a payer could be shown") }
        return .accepted(
            Acceptance(
                providerReference: number, payable: payable, artefact: artefact,
                expiresAt: data["expireDate"]?.stringValue.flatMap(PayPlusTime.utc)))
    }

    /// `amount` and `depositAmount` are the same number, told twice.
    private var payable: Money? {
        let names = ["amount", "depositAmount"].filter(data.tells)
        let amounts = names.map { data.money($0, .thb) }
        guard let first = amounts.first, let payable = first, payable.minor > 0,
            amounts.allSatisfy({ $0 == payable })
        else { return nil }
        return payable
    }

    private func transfer() -> Artefact {
        var artefact = Artefact()
        artefact.pageURL = data.webURL("url")
        artefact.bankName = data.shownText("bankName")
        artefact.bankAccountNumber = data.shownText("bankAccountNumber")
        artefact.bankAccountName = data.shownText("bankAccountName")
        return artefact
    }

    private enum Code {
        case nothing, unsound
        case text(String)
        case image(String)
    }

    /// A raw PromptPay text, nothing where the platform's account has no PromptPay id, or an older host's picture.
    private func code(for payable: Money) -> Code {
        guard data.tells("qrcode") else { return .nothing }
        guard let text = data["qrcode"]?.stringValue else { return .unsound }
        let prefix = "data:image/png;base64,"
        if text.hasPrefix(prefix) {
            return Self.isPNG(text.dropFirst(prefix.count)) ? .image(text) : .unsound
        }
        guard let code = PromptPayCode(text), code.amount == payable else { return .unsound }
        return .text(text)
    }

    /// Base 64 of something that begins as PNG does (RFC 2083, section 3.1); at most 256 KiB of it.
    private static func isPNG(_ text: Substring) -> Bool {
        text.utf8.count <= 256 << 10 && text.hasPrefix("iVBORw0KGgo") && Base64.decode(text) != nil
    }
}
