internal import Core
internal import HTTP
internal import Orchestration

/// Reads the filters and the cursor of a list of orders.
enum OrderQueryReader {
    /// From one end of a range of time to the other, in days.
    static let daysMax: Int64 = 90

    /// Reads the query of `GET /v1/transaction`, or, without a merchant, of the operator's list.
    static func read(_ request: Request, merchant: Identifier?) throws(Problem) -> OrderQuery {
        var reader = QueryReader(request)
        var query = OrderQuery(merchant: merchant)
        if let limit = reader.integer("limit", 1...100) { query.limit = limit }
        query.startingAfter = cursor("startingAfter", &reader)
        query.endingBefore = cursor("endingBefore", &reader)
        if query.startingAfter != nil, query.endingBefore != nil {
            reader.fault("endingBefore", "must not stand beside startingAfter")
        }
        query.state = reader.choice(
            "status", "one of: " + OrderState.allCases.map(\.rawValue).joined(separator: ", "),
            OrderState.init(rawValue:))
        query.currency = reader.choice(
            "currencyId", "a currency that GET /v1/currencies lists", Currency.init(code:))
        query.method = reader.choice(
            "paymentMethodId", "one of: " + PaymentMethod.allCases.map(\.rawValue).joined(separator: ", "),
            PaymentMethod.init(rawValue:))
        let reference = OrderDraftReader.reference
        query.referenceNumber = reader.choice(
            "referenceNumber",
            "a reference number: \(reference.words), at most \(reference.length.upperBound) of them"
        ) { reference.complaint(about: $0) == nil ? $0 : nil }
        readRange(&reader, &query)
        if merchant == nil {
            query.inReview = reader.flag("inReview") ?? false
            query.merchant = reader.choice(
                "merchantId", "a merchant's id, as GET /admin/v1/merchants tells it"
            ) { Identifier($0, .merchant) }
        }
        try reader.finish()
        return query
    }

    private static func cursor(_ name: String, _ reader: inout QueryReader) -> Identifier? {
        reader.choice(name, "a txnId: tx_ and 26 letters and digits") { Identifier($0, .transaction) }
    }

    /// One end alone means the 90 days from there.
    private static func readRange(_ reader: inout QueryReader, _ query: inout OrderQuery) {
        let (from, to) = (reader.time("from"), reader.time("to"))
        let span: Duration = .seconds(daysMax * 86_400)
        query.from = from ?? to.map { $0 - span }
        query.to = to ?? from.map { $0 + span }
        guard let from, let to else { return }
        if from >= to {
            reader.fault("from", "must be before to")
        } else if to - from > span {
            reader.fault("to", "must be at most \(daysMax) days after from")
        }
    }
}
