internal import Core
public import JSON

extension RuleDocument {
    /// Most rules of a document.
    public static let rulesMax = 500
    /// Most costs of a document.
    public static let costsMax = 1000

    /// Reads a document's form; `check(against:)` says whether its names make sense.
    ///
    /// - Throws: every problem of the form.
    public init(_ json: JSON) throws(Invalid) {
        let problems = Problems()
        var reader = ObjectReader(json, at: "", problems)
        reader.reportMissing("format", "\(Self.format)")
        if let format = reader.value("format"), format.int64 != Self.format {
            reader.report("format", "must be \(Self.format), the only format there is")
        }
        let rules = reader.list("rules", max: Self.rulesMax)
        let costs = reader.list("costs", max: Self.costsMax)
        let adaptive = reader.value("adaptive").map {
            AdaptiveSettings($0, at: reader.place("adaptive"), problems)
        }
        let breakers = reader.value("breakers").map {
            BreakerSettings($0, at: reader.place("breakers"), problems)
        }
        reader.finish()
        self.init(rules: [], costs: [])
        if let adaptive { self.adaptive = adaptive }
        if let breakers { self.breakers = breakers }
        for element in rules {
            guard let rule = Rule(element.value, at: element.pointer, problems) else { continue }
            if self.rules.contains(where: { $0.name == rule.name }) {
                problems.add(
                    element.pointer + "/name", "is another rule's name too; choose one that is unique")
            }
            self.rules.append(rule)
        }
        var seen: Set<CostKey> = []
        for element in costs {
            guard let cost = Cost(element.value, at: element.pointer, problems) else { continue }
            if !seen.insert(CostKey(cost)).inserted {
                problems.add(element.pointer, "is the second for its account and method; leave one out")
            }
            self.costs.append(cost)
        }
        guard problems.list.isEmpty else { throw Invalid(problems: problems.list) }
    }

    private struct CostKey: Hashable {
        let account: String
        let method: String

        init(_ cost: Cost) { (account, method) = (cost.account, cost.method.rawValue) }
    }
}

extension RuleDocument.Cost {
    private static let tiersMax = 20

    /// Reads a cost; nil where something is wrong that keeps it from being one.
    fileprivate init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        var reader = ObjectReader(json, at: pointer, problems)
        let account = reader.required("account", Words.account) { Words.isAccount($0) ? $0 : nil }
        let method = reader.required("method", Words.methods) { PaymentMethod(rawValue: $0) }
        // Amounts cannot be read without a currency; their names are to be known all the same.
        let currency = method?.currency ?? .thb
        let base = Tariff.Part(&reader, currency)
        let minimum = reader.amount("minimum", currency) ?? 0
        let maximum = reader.amount("maximum", currency)
        let tiers = reader.list("tiers", max: Self.tiersMax)
        reader.finish()
        if let maximum, maximum < minimum {
            reader.report("maximum", "is less than minimum, which no cost can be; make it at least that")
        }
        var tariff = Tariff(base: base, minimum: minimum, maximum: maximum)
        for element in tiers {
            var tier = ObjectReader(element.value, at: element.pointer, problems)
            let from = tier.amount("from", currency, from: 1)
            tier.reportMissing("from", "the least amount of the tier")
            let part = Tariff.Part(&tier, currency)
            tier.finish()
            guard let from else { continue }
            if let last = tariff.tiers.last, from <= last.from {
                tier.report("from", "must be more than the tier's before it; put the tiers in order")
            }
            tariff.tiers.append(Tariff.Tier(from: from, part: part))
        }
        guard let account, let method else { return nil }
        self.init(account: account, method: method, tariff: tariff)
    }
}

extension Tariff.Part {
    /// Reads `fixed` and `rate`, either of which may be left out.
    fileprivate init(_ reader: inout ObjectReader, _ currency: Currency) {
        let fixed = reader.amount("fixed", currency)
        let rate = reader.text("rate", Words.rate) { Rate(percent: $0) }
        self.init(fixed: fixed ?? 0, rate: rate ?? .zero)
    }
}

/// What names and texts must be, and the words for it.
enum Words {
    static let account = "an account's name, or its id (pa_ and 26 letters)"
    static let rate = "per cent as a decimal text from \"0\" to \"100\" with at most 4 decimals"
    static let name = "1 to 63 lower-case letters, digits and dashes, the first no dash"
    static let merchant = "a merchant's name, or its id (me_ and 26 letters)"
    static let app = "\"merchant/app\" by their names, or an app's id (ap_ and 26 letters)"
    static var methods: String {
        "one of " + PaymentMethod.allCases.map(\.rawValue).joined(separator: ", ")
    }
    static var currencies: String { "one of " + Currency.all.map(\.code).joined(separator: ", ") }

    static func isName(_ text: some StringProtocol) -> Bool {
        let letters = text.utf8
        return (1...63).contains(letters.count) && letters.first != UInt8(ascii: "-")
            && letters.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }

    static func isAccount(_ text: String) -> Bool {
        isName(text) || Identifier(text, .providerAccount) != nil
    }

    static func isMerchant(_ text: String) -> Bool { isName(text) || Identifier(text, .merchant) != nil }

    static func isApp(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { isName($0) } || Identifier(text, .app) != nil
    }

    /// One line of some length, counted in Unicode scalars as JSON Schema does.
    static func isLine(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        text.utf8.count <= length.upperBound * 4 && length.contains(text.unicodeScalars.count)
            && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
    }

    /// A code of a bank or wallet, as an order may have it.
    static func isBank(_ text: String) -> Bool {
        (1...20).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }
}
