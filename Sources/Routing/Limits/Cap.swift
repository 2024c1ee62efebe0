public import Core
public import JSON

/// The most that an account takes by a method in a day or a month.
public struct Cap: Sendable, Hashable {
    /// How.
    public let method: PaymentMethod
    /// In which time.
    public let period: Period
    /// The most in all, in minor units; nil is no bound.
    public let amount: Int64?
    /// The most payments; nil is no bound.
    public let payments: Int64?

    /// A time on the provider's clock.
    public enum Period: String, Sendable, Hashable, CaseIterable {
        /// From midnight to midnight.
        case day
        /// A calendar month.
        case month

        /// The one that a moment is in.
        ///
        /// - Parameter offset: how far the provider's clock is ahead of UTC.
        public func range(at time: Timestamp, offset: Duration) -> Range<Timestamp> {
            switch self {
            case .day: time.day(offset: offset)
            case .month: time.month(offset: offset)
            }
        }
    }

    /// A cap.
    public init(_ method: PaymentMethod, per period: Period, amount: Int64? = nil, payments: Int64? = nil) {
        self.method = method
        self.period = period
        self.amount = amount
        self.payments = payments
    }

    /// As it is written.
    public var json: JSON {
        var object: JSONObject = [
            "method": .string(method.rawValue), "per": .string(period.rawValue),
        ]
        object["amount"] = amount.map { .string(Money(minor: $0, method.currency).decimal) }
        object["payments"] = payments.map(JSON.int)
        return .object(object)
    }

    /// More payments than a provider takes in a month; an upper bound of what may be written.
    public static let paymentsMax: Int64 = 1_000_000_000

    /// Reads an account's caps, one for a method and period at most.
    ///
    /// - Throws: every problem, with pointers that begin with `pointer`.
    public static func list(_ elements: [JSON], at pointer: String) throws(LimitProblems) -> [Cap] {
        let problems = Problems()
        var caps: [Cap] = []
        for (index, element) in elements.enumerated() {
            let place = "\(pointer)/\(index)"
            guard let cap = Cap(element, at: place, problems) else { continue }
            if caps.contains(where: { $0.method == cap.method && $0.period == cap.period }) {
                problems.add(place, "is a second cap of \(cap.method.rawValue) per \(cap.period.rawValue)")
            }
            caps.append(cap)
        }
        guard problems.list.isEmpty else { throw LimitProblems(list: problems.list) }
        return caps
    }

    private init?(_ json: JSON, at pointer: String, _ problems: Problems) {
        var reader = ObjectReader(json, at: pointer, problems)
        let method = reader.required("method", Words.methods) { PaymentMethod(rawValue: $0) }
        let period = reader.required("per", "day or month") { Period(rawValue: $0) }
        let amount = reader.amount("amount", method?.currency ?? .thb, from: 1)
        let payments = reader.integer("payments", in: 1...Self.paymentsMax)
        let isEmpty = reader.value("amount") == nil && reader.value("payments") == nil
        reader.finish()
        if isEmpty, json.objectValue != nil {
            problems.add(pointer, "must have an amount or a number of payments")
        }
        guard let method, let period else { return nil }
        self.init(method, per: period, amount: amount, payments: payments.map(Int64.init))
    }
}

/// Everything that is wrong with what was written of an account's limits, each with its place and what to do.
public struct LimitProblems: Error, Sendable, Hashable {
    /// At least one.
    public let list: [FieldProblem]

    /// Problems; at least one.
    public init(list: [FieldProblem]) { self.list = list }
}
