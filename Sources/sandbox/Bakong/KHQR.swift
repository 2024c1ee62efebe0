/// A KHQR code (EMV merchant-presented mode, Cambodia) as a payer's bank has read it.
struct KHQR: Sendable {
    enum Kind: Sendable {
        /// Tag 29: a person's Bakong account.
        case individual
        /// Tag 30: a merchant's.
        case merchant
    }

    /// The whole text: its MD5 is what a merchant asks by.
    var text: String
    /// Tag 01 is `12`: one amount, one payment, one expiry. Else the payer types the amount.
    var isDynamic: Bool
    var kind: Kind
    /// The Bakong account that receives, `user@bank`.
    var accountID: String
    var merchantID: String?
    var acquiringBank: String?
    /// USD or KHR.
    var currency: String
    var amount: Amount?
    /// Tag 62/01, the merchant's number.
    var bill: String?
    /// Tag 62/08.
    var purpose: String?
    /// Tag 99/01.
    var expiresAt: Moment?

    var md5: String { BakongDigest.md5(text) }

    /// What the ledger calls it: the bill number, or its MD5 where it has none.
    var reference: String { bill ?? md5 }

    /// The behaviour that its amount asks for: by the two decimals of dollars, by the last two digits of riel above 1000.
    var magic: Behaviour {
        guard let amount else { return .succeed }
        if currency == "USD" { return Behaviour(magicOf: amount) }
        let riel = amount.minor / 100
        return riel > 1_000 ? Behaviour(magicOf: Amount(minor: riel)) : .succeed
    }

    /// Refuses what a bank would not let its customer pay: a dynamic code without an expiry, or past it.
    func checkExpiry(at now: Moment, mayBeLate: Bool) throws(KHQRReader.Failure) {
        guard isDynamic else { return }
        guard let expiresAt else {
            throw KHQRReader.Failure(tag: "99", message: "a dynamic code needs an expiry in 99/01")
        }
        guard mayBeLate || now < expiresAt else {
            throw KHQRReader.Failure(tag: "99/01", message: "the code expired at \(expiresAt.iso)")
        }
    }

    /// Refuses a code that does not name the account as the sandbox's bank has it.
    func check(against account: Account.BakongCredentials) throws(KHQRReader.Failure) {
        guard let wanted = account.merchantID else {
            guard kind == .individual else {
                throw KHQRReader.Failure(tag: "30", message: "\(accountID) is no merchant: it takes tag 29")
            }
            return
        }
        guard kind == .merchant else {
            throw KHQRReader.Failure(tag: "29", message: "\(accountID) is a merchant: it takes tag 30")
        }
        guard merchantID == wanted else {
            throw KHQRReader.Failure(tag: "30/01", message: "not the merchant id of \(accountID)")
        }
        guard acquiringBank == account.acquiringBank else {
            throw KHQRReader.Failure(tag: "30/02", message: "not the acquiring bank of \(accountID)")
        }
    }

    /// Whether a text has the form of a Bakong account: `user@bank`, 32 characters at most.
    static func isAccountID(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 32, parts.allSatisfy({ !$0.isEmpty }) else { return false }
        let isUser = parts[0].utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
        return isUser && parts[1].utf8.allSatisfy(isLetterOrDigit)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
    }
}
