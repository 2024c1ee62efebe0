/// Reads KHQR codes more strictly than banks do, so that a merchant's mistakes show here first: tags in the order of
/// the national bank's own library, each once, none that is not known; lengths count characters, not bytes.
struct KHQRReader {
    /// Which tag is wrong, such as `62/01`, and how.
    struct Failure: Error, Equatable {
        var tag: String
        var message: String

        var text: String { "tag \(tag): \(message)" }
    }

    private static let order = [
        "00", "01", "29", "30", "52", "53", "54", "58", "59", "60", "62", "64", "99", "63",
    ]
    /// Characters of a code: longer ones do not fit what a telephone can scan.
    private static let limit = 1_024

    private let fields: [String: String]

    static func read(_ text: String) throws(Failure) -> KHQR {
        guard text.utf8.count > 8, text.unicodeScalars.count <= limit else {
            throw Failure(tag: "00", message: "not a KHQR code: 9 to \(limit) characters")
        }
        let fields = try split(text.unicodeScalars[...], of: nil, order: order)
        let checksum = String(text.unicodeScalars.suffix(4).map(Character.init))
        let right = PromptPay.checksum(String(String.UnicodeScalarView(text.unicodeScalars.dropLast(4))))
        guard fields["63"] == checksum, checksum == right else {
            throw Failure(tag: "63", message: "the checksum is \(right), not \(checksum)")
        }
        return try KHQRReader(fields: fields).code(text)
    }

    private func code(_ text: String) throws(Failure) -> KHQR {
        try value("00", oneOf: ["01"])
        let isDynamic = try value("01", oneOf: ["11", "12"]) == "12"
        guard fields["29"] == nil || fields["30"] == nil else {
            throw Failure(tag: "30", message: "a code has 29 or 30, not both")
        }
        let kind: KHQR.Kind = fields["30"] == nil ? .individual : .merchant
        let receiver = try receiver(kind)
        try digits("52", count: 4)
        let currency = try value("53", oneOf: ["116", "840"]) == "840" ? "USD" : "KHR"
        let amount = try amount(isDynamic: isDynamic, currency: currency)
        try value("58", oneOf: ["KH"])
        try Self.bounded("59", fields["59"], 25)
        try Self.bounded("60", fields["60"], 15)
        let more = try more()
        try language()
        return KHQR(
            text: text, isDynamic: isDynamic, kind: kind, accountID: receiver["00"] ?? "",
            merchantID: kind == .merchant ? receiver["01"] : nil, acquiringBank: receiver["02"],
            currency: currency, amount: amount, bill: more["01"], purpose: more["08"],
            expiresAt: try times())
    }

    /// Tag 29 or 30: the account, and for a merchant its id and bank.
    private func receiver(_ kind: KHQR.Kind) throws(Failure) -> [String: String] {
        let tag = kind == .merchant ? "30" : "29"
        let parts = try inner(tag, ["00", "01", "02"]) ?? [:]
        guard !parts.isEmpty else { throw Failure(tag: "29", message: "missing, and so is 30") }
        guard KHQR.isAccountID(parts["00"] ?? "") else {
            throw Failure(
                tag: "\(tag)/00", message: "not a Bakong account (user@bank, 32 characters at most)")
        }
        for part in ["01", "02"] where kind == .merchant || parts[part] != nil {
            try Self.bounded("\(tag)/\(part)", parts[part], 32)
        }
        return parts
    }

    /// Tag 54: dollars with at most two decimals, whole riel; more than zero, and in dynamic codes only.
    private func amount(isDynamic: Bool, currency: String) throws(Failure) -> Amount? {
        guard let text = fields["54"] else {
            guard !isDynamic else { throw Failure(tag: "54", message: "missing in a dynamic code") }
            return nil
        }
        guard isDynamic else { throw Failure(tag: "54", message: "a static code has no amount") }
        guard text.utf8.count <= 13, let amount = Amount(plain: text), amount.minor > 0 else {
            throw Failure(tag: "54", message: "not an amount: \(text)")
        }
        guard currency == "USD" || !text.utf8.contains(UInt8(ascii: ".")) else {
            throw Failure(tag: "54", message: "riel are whole: \(text)")
        }
        return amount
    }

    /// Tag 62: bill, mobile number, store, terminal, purpose.
    private func more() throws(Failure) -> [String: String] {
        let parts = try inner("62", ["01", "02", "03", "07", "08"]) ?? [:]
        for (part, text) in parts { try Self.bounded("62/\(part)", text, 25) }
        return parts
    }

    /// Tag 64: the name, and perhaps the city, in another language.
    private func language() throws(Failure) {
        guard let parts = try inner("64", ["00", "01", "02"]) else { return }
        guard parts["00"]?.unicodeScalars.count == 2 else {
            throw Failure(tag: "64/00", message: "a language has two letters")
        }
        try Self.bounded("64/01", parts["01"], 25)
        if parts["02"] != nil { try Self.bounded("64/02", parts["02"], 15) }
    }

    /// Tag 99: when it was made, and when it expires; both in milliseconds since 1970, thirteen digits.
    private func times() throws(Failure) -> Moment? {
        guard let parts = try inner("99", ["00", "01"]) else { return nil }
        let made = try Self.moment("99/00", parts["00"])
        guard parts["01"] != nil else { return nil }
        let expiry = try Self.moment("99/01", parts["01"])
        guard made < expiry else { throw Failure(tag: "99/01", message: "expires before it was made") }
        return expiry
    }

    private static func moment(_ tag: String, _ text: String?) throws(Failure) -> Moment {
        guard let text, text.utf8.count == 13, text.utf8.allSatisfy(isDigit), let number = Int64(text) else {
            throw Failure(tag: tag, message: "milliseconds since 1970 have thirteen digits")
        }
        return Moment(milliseconds: number)
    }
}

extension KHQRReader {
    @discardableResult
    private func value(_ tag: String, oneOf allowed: [String]) throws(Failure) -> String {
        guard let text = fields[tag] else { throw Failure(tag: tag, message: "missing") }
        guard allowed.contains(text) else {
            throw Failure(tag: tag, message: "must be \(allowed.joined(separator: " or ")), not \(text)")
        }
        return text
    }

    private func digits(_ tag: String, count: Int) throws(Failure) {
        guard let text = fields[tag], text.utf8.count == count, text.utf8.allSatisfy(Self.isDigit) else {
            throw Failure(tag: tag, message: "must be \(count) digits")
        }
    }

    private func inner(_ tag: String, _ order: [String]) throws(Failure) -> [String: String]? {
        guard let text = fields[tag] else { return nil }
        return try Self.split(text.unicodeScalars[...], of: tag, order: order)
    }

    private static func bounded(_ tag: String, _ text: String?, _ limit: Int) throws(Failure) {
        guard let text else { throw Failure(tag: tag, message: "missing") }
        guard text.unicodeScalars.count <= limit else {
            throw Failure(tag: tag, message: "\(limit) characters at most")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Tags with their values: two digits, two digits of length, so many characters.
    private static func split(
        _ text: Substring.UnicodeScalarView, of parent: String?, order: [String]
    ) throws(Failure) -> [String: String] {
        var rest = text
        var place = -1
        var fields: [String: String] = [:]
        func name(_ tag: String) -> String { parent.map { "\($0)/\(tag)" } ?? tag }
        while !rest.isEmpty {
            let tag = String(Substring(rest.prefix(2)))
            let length = String(Substring(rest.dropFirst(2).prefix(2)))
            guard tag.utf8.count == 2, tag.utf8.allSatisfy(isDigit) else {
                throw Failure(tag: parent ?? "00", message: "a tag has two digits, not \"\(tag)\"")
            }
            guard length.utf8.count == 2, length.utf8.allSatisfy(isDigit), let count = Int(length), count > 0
            else { throw Failure(tag: name(tag), message: "a length is 01 to 99, not \"\(length)\"") }
            let value = rest.dropFirst(4).prefix(count)
            guard value.count == count else {
                throw Failure(tag: name(tag), message: "ends before its \(count) characters")
            }
            guard value.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
                throw Failure(tag: name(tag), message: "has a control character")
            }
            guard let index = order.firstIndex(of: tag) else {
                throw Failure(tag: name(tag), message: "not known")
            }
            guard index > place else { throw Failure(tag: name(tag), message: "twice, or out of order") }
            place = index
            fields[tag] = String(Substring(value))
            rest = rest.dropFirst(4 + count)
        }
        return fields
    }
}
