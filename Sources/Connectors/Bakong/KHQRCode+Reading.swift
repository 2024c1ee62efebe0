internal import Core

/// Reading codes: the tests' check of what is made, and of other programs' codes.
extension KHQRCode {
    /// Reads a code, whatever the order of its tags; the checksum ends it.
    ///
    /// - Throws: the first thing that is wrong, with its tag.
    init(reading text: String) throws(Misfit) {
        let elements = try Self.elements(of: text)
        guard let last = elements.last, last.tag == "63", last.value.unicodeScalars.count == 4,
            last.value.allSatisfy(\.isHexDigit), let told = UInt16(last.value, radix: 16),
            told == EMVCode.checksum(Array(text.utf8).dropLast(4))
        else { throw Misfit(tag: "63", detail: "must be the checksum of all before it, and the last one") }
        let values = Dictionary(uniqueKeysWithValues: elements.map { ($0.tag, $0.value) })
        func required(_ tag: String) throws(Misfit) -> String {
            guard let value = values[tag] else { throw Misfit(tag: tag, detail: "is missing") }
            return value
        }
        guard try required("00") == "01" else { throw Misfit(tag: "00", detail: "must be 01") }
        guard try required("58") == "KH" else { throw Misfit(tag: "58", detail: "must be KH") }
        let currency: Currency
        switch try required("53") {
        case "840": currency = .usd
        case "116": currency = .khr
        default: throw Misfit(tag: "53", detail: "must be 840 or 116")
        }
        var amount: Money?
        if let written = values["54"] {
            amount = try? Money(decimal: written, currency)
            // No sign and no exponent, which other decimals may have.
            guard let amount, amount.minor > 0,
                written.utf8.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") })
            else {
                throw Misfit(tag: "54", detail: "must be an amount of the currency")
            }
        }
        self.init(
            payee: try Self.payee(values), amount: amount, currency: currency,
            merchantName: try required("59"),
            merchantCity: try required("60"))
        categoryCode = try required("52")
        try readAdditions(values)
        switch values["01"] {
        case "11"?, nil: break
        case "12"? where amount != nil: break
        default: throw Misfit(tag: "01", detail: "must be 11, or 12 with an amount")
        }
        // What could not be written is no code: every bound is there.
        _ = try self.text()
    }

    private mutating func readAdditions(_ values: [String: String]) throws(Misfit) {
        if let data = try values["62"].map(Self.group) {
            (billNumber, mobileNumber, storeLabel) = (data["01"], data["02"], data["03"])
            (terminalLabel, purpose) = (data["07"], data["08"])
        }
        if let data = try values["64"].map(Self.group) {
            guard let language = data["00"], let name = data["01"] else {
                throw Misfit(tag: "64", detail: "must have a language and a name")
            }
            localName = LocalName(language: language, name: name, city: data["02"])
        }
        if let data = try values["99"].map(Self.group) {
            // A code of old has the moment of its making alone.
            guard let created = data["00"].flatMap(Self.moment) else {
                throw Misfit(tag: "99.00", detail: "must be milliseconds since 1970")
            }
            if let written = data["01"] {
                guard let expires = Self.moment(written) else {
                    throw Misfit(tag: "99.01", detail: "must be milliseconds since 1970")
                }
                validity = Validity(created: created, expires: expires)
            }
        }
    }

    private static func payee(_ values: [String: String]) throws(Misfit) -> Payee {
        switch (try values["29"].map(group), try values["30"].map(group)) {
        case (let data?, nil):
            guard let account = data["00"] else { throw Misfit(tag: "29.00", detail: "is missing") }
            return .individual(account: account, information: data["01"], bank: data["02"])
        case (nil, let data?):
            guard let account = data["00"], let id = data["01"], let bank = data["02"] else {
                throw Misfit(tag: "30", detail: "must have an account, a merchant id and a bank")
            }
            return .merchant(account: account, id: id, bank: bank)
        default: throw Misfit(tag: "29", detail: "must be there, or 30, and not both")
        }
    }

    private static func moment(_ text: String) -> Timestamp? {
        guard text.utf8.count == 13, text.utf8.allSatisfy(isDigit), let milliseconds = Int64(text) else {
            return nil
        }
        return Timestamp(microseconds: milliseconds * 1000)
    }

    private static func group(_ text: String) throws(Misfit) -> [String: String] {
        Dictionary(uniqueKeysWithValues: try elements(of: text).map { ($0.tag, $0.value) })
    }

    private static func elements(of text: String) throws(Misfit) -> [(tag: String, value: String)] {
        guard text.utf8.count <= EMVCode.lengthMax * 3 else {
            throw Misfit(tag: "00", detail: "is too long for a code")
        }
        var found: [(tag: String, value: String)] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            let digits = rest.prefix(4).map(\.value)
            guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw Misfit(
                    tag: found.last?.tag ?? "00", detail: "must be followed by a tag and a length in digits")
            }
            let tag = String(String.UnicodeScalarView(rest.prefix(2)))
            let length = Int(digits[2] - 0x30) * 10 + Int(digits[3] - 0x30)
            rest = rest.dropFirst(4)
            guard length > 0, length <= rest.count else {
                throw Misfit(tag: tag, detail: "has a length that does not fit")
            }
            guard !found.contains(where: { $0.tag == tag }) else {
                throw Misfit(tag: tag, detail: "is there twice")
            }
            found.append((tag, String(String.UnicodeScalarView(rest.prefix(length)))))
            rest = rest.dropFirst(length)
        }
        return found
    }
}
