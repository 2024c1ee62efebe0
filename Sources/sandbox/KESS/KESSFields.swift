/// Reads a KESS request's fields strictly, in the forms that the tables give.
extension KESSCall {
    func string(_ name: String) throws(Refusal) -> String {
        guard let value = fields[name], !value.isNull else {
            throw refusal(.validation, "\(name) is required")
        }
        guard let text = value.string else { throw refusal(.validation, "\(name) must be a string") }
        guard !text.isEmpty else { throw refusal(.validation, "\(name) is required") }
        return text
    }

    /// The documents' "Alpha": letters and digits.
    func alpha(_ name: String, upTo limit: Int, else code: KESSCode = .validation) throws(Refusal) -> String {
        let text = try string(name)
        guard text.utf8.count <= limit, text.utf8.allSatisfy(Self.isAlpha) else {
            throw refusal(code, "\(name) must be 1 to \(limit) letters and digits")
        }
        return text
    }

    /// 96 characters at most, as PHP's `mb_strlen` counts them, none of them a control character.
    func name(_ name: String) throws(Refusal) -> String {
        let text = try string(name)
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard text.unicodeScalars.count <= 96, isPlain else {
            throw refusal(.validation, "\(name) must be 1 to 96 characters")
        }
        return text
    }

    /// A number, not a text; more than nothing; at most two decimals, as dollars have. The tables call it a double:
    /// 0.10000000000000001, as hosts with 17 digits write it, is 0.1.
    func amount() throws(Refusal) -> Amount {
        guard let value = fields["amount"], !value.isNull else {
            throw refusal(.validation, "amount is required")
        }
        guard let text = value.numberText else { throw refusal(.validation, "amount must be a number") }
        let shortest = PHPNumber.canonical(text, .shortest)
        guard let amount = shortest.flatMap(Amount.init(number:)), amount.minor > 0 else {
            throw refusal(.validation, "amount must be more than 0.00, with at most 2 decimals")
        }
        return amount
    }

    func dollars() throws(Refusal) {
        guard try string("currency") == "USD" else { throw refusal(.validation, "only USD is allowed") }
    }

    func nothingBut(_ names: Set<String>) throws(Refusal) {
        if let unknown = fields.members.first(where: { !names.contains($0.key) }) {
            throw refusal(.validation, "unknown parameter \(unknown.key)")
        }
    }

    private static func isAlpha(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
