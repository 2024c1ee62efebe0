/// Reads a HaiPay request's fields strictly, in the forms that the seed's table gives.
struct HaiPayFields {
    let body: JSONObject

    func refusal(_ message: String, error: String = "4000") -> Refusal {
        HaiPayDesk.refusal(error, message)
    }

    func text(_ name: String, upTo limit: Int = 256) throws(Refusal) -> String {
        guard let text = try optionalText(name, upTo: limit) else { throw refusal("\(name) is required") }
        return text
    }

    func optionalText(_ name: String, upTo limit: Int = 256) throws(Refusal) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.string else { throw refusal("\(name) must be a string") }
        guard text.utf8.count <= limit else { throw refusal("\(name) is too long") }
        return text.isEmpty ? nil : text
    }

    /// 10 to 999,999 KES, at most two decimals, in a string.
    func amount() throws(Refusal) -> Amount {
        guard let amount = Amount(plain: try text("amount")) else {
            throw refusal("amount format is invalid")
        }
        guard amount.minor >= 1_000, amount.minor <= 99_999_900 else {
            throw refusal("amount is out of range 10-999999", error: "4005")
        }
        return amount
    }

    /// "firstName middleName lastName": two or three words of English letters, 30 characters in all.
    func name() throws(Refusal) -> String {
        let name = try text("name")
        let words = name.split(separator: " ", omittingEmptySubsequences: false)
        let areLetters = words.allSatisfy { word in !word.isEmpty && word.utf8.allSatisfy(Self.isLetter) }
        guard name.utf8.count <= 30, words.count == 2 || words.count == 3, areLetters else {
            throw refusal("name format is invalid")
        }
        return name
    }

    func partnerUserID() throws(Refusal) -> String {
        let id = try text("partnerUserId")
        let symbols = Set("-~!@#$%&*()_.".utf8)
        guard id.utf8.allSatisfy({ Self.isLetter($0) || Self.isDigit($0) || symbols.contains($0) }) else {
            throw refusal("partnerUserId format is invalid")
        }
        return id
    }

    func kenyanPhone(_ name: String) throws(Refusal) -> String {
        let phone = try text(name)
        guard Self.isKenyanPhone(phone) else { throw refusal("\(name) is not a Kenyan mobile number") }
        return phone
    }

    func email() throws(Refusal) -> String {
        let email = try text("email")
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".")
        guard isAddress, !email.contains(where: \.isWhitespace) else {
            throw refusal("email format is invalid")
        }
        return email
    }

    func notifyURL() throws(Refusal) -> String? {
        guard let url = try optionalText("notifyUrl", upTo: 1024) else { return nil }
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.allSatisfy({ $0 > 0x20 })
        else {
            throw refusal("notifyUrl is invalid")
        }
        return url
    }

    /// The payee's account: a mobile number for a wallet, letters and digits at a bank; and its code.
    func payee() throws(Refusal) {
        let type = try text("accountType")
        let code = try text("bankCode")
        let number = try text("accountNo")
        switch type {
        case "EWALLET":
            guard HaiPayCodes.wallets.contains(code) else { throw channelUnknown }
            guard Self.isKenyanPhone(number) else { throw refusal("accountNo is not a Kenyan mobile number") }
        case "BANK_ACCOUNT":
            guard HaiPayCodes.banks.contains(code) else { throw channelUnknown }
            guard (4...34).contains(number.utf8.count),
                number.utf8.allSatisfy({ Self.isDigit($0) || Self.isLetter($0) })
            else {
                throw refusal("accountNo is not a bank account number")
            }
        default: throw refusal("accountType is invalid")
        }
    }

    func nothingBut(_ names: Set<String>) throws(Refusal) {
        if let unknown = body.members.first(where: { !names.contains($0.key) }) {
            throw refusal("unknown parameter \(unknown.key)")
        }
    }

    private var channelUnknown: Refusal {
        refusal("system:channel code does not exist", error: "4002")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte)
    }

    /// Twelve digits: 2547… or 2541….
    private static func isKenyanPhone(_ text: String) -> Bool {
        text.utf8.count == 12 && text.utf8.allSatisfy(isDigit)
            && (text.hasPrefix("2547") || text.hasPrefix("2541"))
    }
}
