/// Reads a PayPlus request's fields strictly: presence, JSON type, form, and no field that is not documented.
struct PayPlusFields {
    let body: JSONObject
    /// Errors of a deposit carry `status`, those of the other calls do not: both shapes of the seed occur.
    let hasStatus: Bool

    func refusal(_ message: String, code: Int = 400) -> Refusal {
        PayPlusDesk.refusal(code, message, hasStatus: hasStatus)
    }

    func text(_ name: String, upTo limit: Int = 128) throws(Refusal) -> String {
        guard let value = body[name] else { throw refusal("\(name) is required") }
        guard let text = value.string else { throw refusal("\(name) must be a string") }
        guard !text.isEmpty else { throw refusal("\(name) is required") }
        guard text.utf8.count <= limit else { throw refusal("\(name) is too long") }
        return text
    }

    func optionalText(_ name: String) throws(Refusal) -> String? {
        body[name] == nil ? nil : try text(name)
    }

    func amount(_ name: String) throws(Refusal) -> Amount {
        guard let value = body[name] else { throw refusal("\(name) is required") }
        guard let number = value.numberText else { throw refusal("\(name) must be a number") }
        guard let amount = Amount(number: number), amount.minor > 0 else {
            throw refusal("\(name) must be positive with at most 2 decimals")
        }
        return amount
    }

    func callbackURL(_ name: String) throws(Refusal) -> String {
        let url = try text(name, upTo: 2048)
        let scheme = ["https://", "http://"].first { url.hasPrefix($0) }
        guard let scheme, url.utf8.count > scheme.utf8.count, url.utf8.allSatisfy({ $0 > 0x20 }) else {
            throw refusal("\(name) must be a URL")
        }
        return url
    }

    func bankCode(_ name: String, closed: Set<String>) throws(Refusal) -> String {
        let code = try text(name)
        guard ThaiBanks.codes.contains(code) else { throw refusal("Bank not supported: \(code)") }
        guard !closed.contains(code) else { throw refusal("Bank is under maintenance") }
        return code
    }

    /// Thai account numbers have ten to fifteen digits; the documents set no rule, so some slack is left.
    func accountNumber(_ name: String) throws(Refusal) -> String {
        let number = try text(name)
        guard (6...20).contains(number.utf8.count), number.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else {
            throw refusal("Invalid \(name)")
        }
        return number
    }

    /// Seconds or milliseconds, and not of another hour: a wrong unit would show as one of another century.
    func timestamp(asString: Bool, now: Moment = .now) throws(Refusal) {
        guard let value = body["timestamp"] else { throw refusal("timestamp is required") }
        let number: Int64?
        if asString {
            guard let text = value.string else { throw refusal("timestamp must be a string") }
            number = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int64(text) : nil
        } else {
            guard value.numberText != nil else { throw refusal("timestamp must be a number") }
            number = value.integer
        }
        guard let number else { throw refusal("Invalid timestamp") }
        let seconds = number >= 100_000_000_000 ? number / 1000 : number
        let distance = seconds.subtractingReportingOverflow(now.seconds)
        guard !distance.overflow, distance.partialValue.magnitude <= 3600 else {
            throw refusal("Timestamp expired")
        }
    }

    func signature(key: String) throws(Refusal) {
        _ = try text("signature", upTo: 8192)
        guard Token.isGenuine(body, key: key) else { throw refusal("Invalid signature") }
    }

    func nothingBut(_ names: Set<String>) throws(Refusal) {
        let unknown = body.members.first {
            !names.contains($0.key) && $0.key != "signature" && $0.key != "timestamp"
        }
        if let unknown { throw refusal("Unknown field: \(unknown.key)") }
    }
}
