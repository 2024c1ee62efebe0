internal import Core
internal import Cryptography

/// A KHQR code: who is paid, how much, until when (National Bank of Cambodia, KHQR content guideline; EMVCo MPM).
struct KHQRCode: Sendable, Hashable {
    /// Whose account is paid.
    enum Payee: Sendable, Hashable {
        /// A person's, tag 29.
        case individual(account: String, information: String?, bank: String?)
        /// A merchant's, tag 30.
        case merchant(account: String, id: String, bank: String)
    }

    /// Until when a dynamic code can be paid, tag 99.
    struct Validity: Sendable, Hashable {
        /// When it was made, to the millisecond.
        var created: Timestamp
        /// When it can be paid no longer, to the millisecond.
        var expires: Timestamp
    }

    /// The same in the country's own language, tag 64.
    struct LocalName: Sendable, Hashable {
        /// ISO 639: `km`.
        var language: String
        /// The merchant's name.
        var name: String
        /// The city, where it is told.
        var city: String?
    }

    var payee: Payee
    /// What is to be paid; `nil`: the payer types it.
    var amount: Money?
    /// Of the amount that the payer types; the amount's own otherwise.
    var currency: Currency
    var merchantName: String
    var merchantCity: String
    var categoryCode = "5999"
    var billNumber: String?
    var mobileNumber: String?
    var storeLabel: String?
    var terminalLabel: String?
    var purpose: String?
    var localName: LocalName?
    /// `nil` for a static code: it can be paid any number of times.
    var validity: Validity?

    init(
        payee: Payee, amount: Money?, currency: Currency, merchantName: String, merchantCity: String,
        validity: Validity? = nil
    ) {
        self.payee = payee
        self.amount = amount
        self.currency = currency
        self.merchantName = merchantName
        self.merchantCity = merchantCity
        self.validity = validity
    }

    /// A part that does not fit into a code.
    struct Misfit: Error, Hashable {
        /// The tag, `29.00` for one within another.
        let tag: String
        /// What is allowed.
        let detail: String
    }

    /// The code's text, its checksum at the end. The same value has the same text.
    func text() throws(Misfit) -> String {
        var text = ""
        try Self.put("00", "01", 2, into: &text)
        try Self.put("01", validity == nil ? "11" : "12", 2, into: &text)
        try putPayee(into: &text)
        guard categoryCode.utf8.count == 4, categoryCode.utf8.allSatisfy(Self.isDigit) else {
            throw Misfit(tag: "52", detail: "must be four digits")
        }
        try Self.put("52", categoryCode, 4, into: &text)
        try Self.put("53", Self.number(of: currency), 3, into: &text)
        try putAmount(into: &text)
        try Self.put("58", "KH", 2, into: &text)
        try Self.put("59", merchantName, 25, into: &text)
        try Self.put("60", merchantCity, 15, into: &text)
        try Self.putGroup(
            "62",
            [
                ("01", billNumber, 25), ("02", mobileNumber, 25), ("03", storeLabel, 25),
                ("07", terminalLabel, 25),
                ("08", purpose, 25),
            ], into: &text)
        if let localName {
            try Self.putGroup(
                "64",
                [("00", localName.language, 2), ("01", localName.name, 25), ("02", localName.city, 15)],
                into: &text)
        }
        if let validity {
            guard validity.created < validity.expires else {
                throw Misfit(tag: "99.01", detail: "must be later than 99.00")
            }
            try Self.putGroup(
                "99",
                [
                    ("00", String(validity.created.milliseconds), 13),
                    ("01", String(validity.expires.milliseconds), 13),
                ],
                into: &text)
        }
        text += "6304"
        let digits = String(EMVCode.checksum(text.utf8), radix: 16, uppercase: true)
        return text + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// What Bakong knows a code by: MD5 over its UTF-8, in lower-case hexadecimal.
    static func md5(of text: String) -> String { Digest.md5Hex(text.utf8) }

    private func putPayee(into text: inout String) throws(Misfit) {
        switch payee {
        case .individual(let account, let information, let bank):
            try Self.putGroup(
                "29", [("00", account, 32), ("01", information, 32), ("02", bank, 32)], into: &text)
        case .merchant(let account, let id, let bank):
            try Self.putGroup("30", [("00", account, 32), ("01", id, 32), ("02", bank, 32)], into: &text)
        }
    }

    /// As the national bank's own kit writes it: dollars with two decimals unless they are whole, riel whole.
    private func putAmount(into text: inout String) throws(Misfit) {
        guard let amount else {
            guard validity == nil else { throw Misfit(tag: "54", detail: "is needed in a dynamic code") }
            return
        }
        guard amount.currency == currency, amount.minor > 0 else {
            throw Misfit(tag: "54", detail: "must be more than nothing, in the code's currency")
        }
        let decimal = amount.decimal
        try Self.put(
            "54", decimal.hasSuffix(".00") ? String(decimal.dropLast(3)) : decimal, 13, into: &text)
    }

    /// ISO 4217's number.
    private static func number(of currency: Currency) throws(Misfit) -> String {
        switch currency {
        case .usd: return "840"
        case .khr: return "116"
        default: throw Misfit(tag: "53", detail: "must be USD or KHR")
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func putGroup(
        _ tag: String, _ members: [(tag: String, value: String?, most: Int)], into text: inout String
    ) throws(Misfit) {
        var group = ""
        for member in members {
            guard let value = member.value else { continue }
            do throws(Misfit) { try put(member.tag, value, member.most, into: &group) } catch {
                throw Misfit(tag: "\(tag).\(error.tag)", detail: error.detail)
            }
        }
        if !group.isEmpty { try put(tag, group, 99, into: &text) }
    }

    /// Lengths count characters as the national bank's kits do, in JavaScript, Java and PHP's `mb_strlen`: the Khmer words
    /// of its examples are as long as their code points are many. Beyond the basic plane the kits differ: refused.
    private static func put(
        _ tag: String, _ value: String, _ most: Int, into text: inout String
    ) throws(Misfit) {
        let scalars = value.unicodeScalars
        guard (1...most).contains(scalars.count) else {
            throw Misfit(tag: tag, detail: "must have 1 to \(most) characters")
        }
        guard
            scalars.allSatisfy({ $0.value >= 0x20 && $0.value <= 0xffff && !(0x7f...0x9f).contains($0.value) }
            )
        else {
            throw Misfit(tag: tag, detail: "must be printable, without characters beyond the basic plane")
        }
        let length = String(scalars.count)
        text += tag + (length.count == 1 ? "0" + length : length) + value
    }
}
