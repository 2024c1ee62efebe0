internal import Core
internal import JSON
internal import Orchestration

/// Reads what a merchant asks for. What a provider needs besides is checked where the provider is known.
struct OrderDraftReader {
    /// Orders may be open this long at most.
    static let lifetimeMax: Duration = .seconds(86_400)
    /// The least that `expiresIn` may be, in seconds: nobody pays faster.
    static let lifetimeMinSeconds: Int64 = 60

    private var fields: FieldReader
    private let app: App
    private let now: Timestamp

    static let reference = TextRule.letters(1...64, and: "._:/-")

    init(_ body: BodyFields, app: App, now: Timestamp) {
        fields = FieldReader(body)
        self.app = app
        self.now = now
    }

    /// Reads all of it.
    ///
    /// - Throws: everything that is wrong, at once.
    mutating func read() throws(Problem) -> OrderDraft {
        checkApp()
        let method = readMethod()
        let currency = readCurrency(of: method)
        let amount = readAmount(in: currency ?? method?.currency)
        let reference = fields.text("referenceNumber", Self.reference, required: true)
        let counterparty = readCounterparty()
        let notifyURL = fields.text("notifyUrl", .url)
        let redirectURL = fields.text("redirectUrl", .url)
        let description = fields.text("description", Self.description)
        let metadata = readMetadata()
        let expiresAt = readExpiry()
        try fields.finish()
        guard let method, let amount, let reference else { throw Problem(.fieldsInvalid) }
        var draft = OrderDraft(
            merchant: app.merchant, app: app.id, method: method, amount: amount, referenceNumber: reference)
        draft.counterparty = counterparty
        draft.notifyURL = notifyURL
        draft.redirectURL = redirectURL
        draft.description = description
        draft.metadata = metadata
        draft.expiresAt = expiresAt
        return draft
    }

    /// KS Pay's clients name their app in the body: it must be the one that signed in.
    private mutating func checkApp() {
        guard let id = fields.value("appId") else { return }
        if id.stringValue != app.id.text(.app) { fields.fault("appId", "must be the app that is signed in") }
    }

    private mutating func readMethod() -> PaymentMethod? {
        guard let value = fields.value("paymentMethodId", required: true) else { return nil }
        if let id = value.stringValue, let method = PaymentMethod(rawValue: id) { return method }
        fields.fault("paymentMethodId", "must be a method that GET /v1/{currencyId}/payment-methods lists")
        return nil
    }

    private mutating func readCurrency(of method: PaymentMethod?) -> Currency? {
        guard let value = fields.value("currencyId", required: true) else { return nil }
        guard let id = value.stringValue, let currency = Currency(code: id) else {
            fields.fault("currencyId", "must be a currency that GET /v1/currencies lists")
            return nil
        }
        if let method, method.currency != currency {
            fields.fault("currencyId", "must be \(method.currency.code), the payment method's currency")
        }
        return currency
    }

    private mutating func readAmount(in currency: Currency?) -> Money? {
        guard let value = fields.value("amount", required: true) else { return nil }
        guard let text = value.numberText ?? value.stringValue.flatMap(Self.plainDecimal) else {
            fields.fault("amount", "must be a number, or a string of digits with at most one point")
            return nil
        }
        guard let currency else { return nil }
        do {
            let money = try Money(decimal: text, currency)
            if money.minor > 0 { return money }
            fields.fault("amount", "must be greater than zero")
        } catch {
            switch error {
            case .malformed: fields.fault("amount", "must be a decimal number")
            case .tooManyDecimals:
                fields.fault("amount", "must have at most \(currency.exponent) decimals in \(currency.code)")
            case .outOfRange: fields.fault("amount", "is more than an amount may be")
            }
        }
        return nil
    }

    /// A string is taken as people write amounts: no exponent, no white space. JSON's grammar does the rest.
    private static func plainDecimal(_ text: String) -> String? {
        guard text.utf8.count <= 64, !text.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "e") }) else {
            return nil
        }
        return JSONNumber(text: text)?.text
    }

    private mutating func readCounterparty() -> Counterparty {
        var counterparty = Counterparty()
        guard var reader = fields.reader("counterparty") else { return counterparty }
        for (field, rule) in Self.rules { counterparty[field] = reader.text(field.rawValue, rule) }
        reader.refuseUnknown()
        fields.adopt(reader.faults)
        return counterparty
    }

    /// Made once: a rule's words are put together when it is made.
    private static let rules: [(field: Counterparty.Field, rule: TextRule)] =
        Counterparty.Field.allCases.map { ($0, rule($0)) }

    private static func rule(_ field: Counterparty.Field) -> TextRule {
        switch field {
        case .name: .line(1...100)
        case .bankCode: .letters(1...20, and: "_-")
        case .accountNumber: .letters(1...64, and: " +-")
        case .phone:
            TextRule(5...20, "a phone number") { text in
                text.utf8.allSatisfy { (0x30...0x39).contains($0) || phoneMarks.contains($0) }
            }
        case .email: .email
        case .userId: .visible(1...64)
        }
    }

    private static let phoneMarks = Array("+ ()-.".utf8)
    private static let description = TextRule.line(0...140)

    private mutating func readExpiry() -> Timestamp? {
        let at = fields.time("expiresAt")
        let seconds = fields.integer(
            "expiresIn", Self.lifetimeMinSeconds...Self.lifetimeMax.components.seconds)
        guard let at else { return seconds.map { now + .seconds($0) } }
        if seconds != nil { fields.fault("expiresIn", "must not stand beside expiresAt") }
        guard at > now, at <= now + Self.lifetimeMax else {
            fields.fault("expiresAt", "must be in the future, at most 24 hours from now")
            return nil
        }
        return at
    }

    private mutating func readMetadata() -> JSONObject? {
        guard let value = fields.value("metadata") else { return nil }
        guard case .object(let object) = value else {
            fields.fault("metadata", "must be an object")
            return nil
        }
        fields.adopt(Metadata.faults(in: object, at: fields.pointer("metadata")))
        return object
    }
}
