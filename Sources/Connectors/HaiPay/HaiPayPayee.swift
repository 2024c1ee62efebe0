internal import Core

/// A payee as HaiPay writes one.
enum HaiPayPayee {
    /// What is wrong with the fields of a payee, beyond their being there.
    static func problems(with payment: Payment) -> [FieldProblem] {
        let payee = payment.counterparty
        var problems: [FieldProblem] = []
        func check(_ field: Counterparty.Field, _ rule: String, _ isRight: (String) -> Bool) {
            if let value = payee[field], !value.isEmpty, !isRight(value) {
                problems.append(FieldProblem(field, rule))
            }
        }
        check(
            .name,
            "must be 1 to 30 English letters: a first name, a middle name or none, and a last name, with single spaces",
            isName)
        check(.phone, phoneRule) { phone($0) != nil }
        if payment.method == .kesEWallet {
            check(.accountNumber, phoneRule) { phone($0) != nil }
        } else {
            check(.accountNumber, "must be 4 to 34 letters and digits; hyphens and spaces may part them") {
                bankAccount($0) != nil
            }
        }
        check(.email, "must be an e-mail address of at most 100 ASCII characters", isEmail)
        check(.userId, "must be 1 to 64 letters, digits and -~!@#$%&*()_.", isUserID)
        return problems
    }

    private static let phoneRule =
        "must be a Kenyan number: 07…, 01…, +254… or 254…, with nine digits after the 0 or 254"

    /// `254712345678`, from the ways people write it.
    static func phone(_ text: String) -> String? {
        let bytes = text.utf8.filter { !" -()".utf8.contains($0) }
        var digits = bytes[...]
        if digits.starts(with: "+254".utf8) {
            digits = digits.dropFirst(4)
        } else if digits.starts(with: "254".utf8) {
            digits = digits.dropFirst(3)
        } else if digits.first == UInt8(ascii: "0") {
            digits = digits.dropFirst()
        } else {
            return nil
        }
        guard digits.count == 9, digits.allSatisfy(isDigit), "71".utf8.contains(digits[digits.startIndex])
        else {
            return nil
        }
        return "254" + String(decoding: digits, as: UTF8.self)
    }

    /// A bank account's letters and digits, without what people put between them.
    static func bankAccount(_ text: String) -> String? {
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        guard (4...34).contains(bytes.count), bytes.allSatisfy({ isDigit($0) || isLetter($0) }) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `john doe`, `john kamau doe`.
    static func isName(_ text: String) -> Bool {
        let words = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        return text.utf8.count <= 30 && (2...3).contains(words.count)
            && words.allSatisfy { !$0.isEmpty && $0.allSatisfy(isLetter) }
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 100, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }), parts.count == 2,
            let local = parts.first, let domain = parts.last
        else { return false }
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return !local.isEmpty && labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    /// HaiPay's `partnerUserId`, by which it weighs risk.
    static func isUserID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-~!@#$%&*()_.".utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }
}
