internal import Connectors
internal import Core
internal import HTTP
internal import JSON
internal import Orchestration

/// What there is to choose from.
struct CatalogueRoutes: Sendable {
    let backend: Backend

    /// Since when there are currencies here: KS Pay's clients expect the member.
    private static let currenciesSince = Timestamp(seconds: 1_767_225_600)

    /// Adds the routes.
    func add(to table: inout RouteTable) {
        table.signedIn(.get, "/v1/currencies") { call throws(Problem) in currencies(call) }
        table.signedIn(.get, "/v1/{currencyId}/payment-methods") { call throws(Problem) in try methods(call) }
    }

    private func currencies(_ call: Call) -> Response {
        Envelope.answer { writer in
            writer.beginArray()
            for currency in Currency.all {
                writer.beginObject()
                writer.member("id", currency.code)
                writer.member("code", currency.code)
                writer.member("name", currency.name)
                writer.member("symbol", currency.symbol)
                writer.member("type", "FIAT")
                writer.member("decimals", currency.exponent)
                writer.member("isActive", backend.offers(currency).contains { $0.isActive })
                writer.time("createdAt", Self.currenciesSince)
                writer.endObject()
            }
            writer.endArray()
        }
    }

    private func methods(_ call: Call) throws(Problem) -> Response {
        guard let currency = call.request.parameters["currencyId"].flatMap({ Currency(code: $0) }) else {
            throw Problem(
                .currencyNotFound, faults: [.init(place: .path("currencyId"), detail: "is no currency's id")])
        }
        return Envelope.answer(capacity: 4096) { writer in
            writer.beginArray()
            for offer in backend.offers(currency) { writer.offer(offer) }
            writer.endArray()
        }
    }
}

extension JSONWriter {
    fileprivate mutating func offer(_ offer: MethodOffer) {
        beginObject()
        member("id", offer.method.rawValue)
        member("name", offer.method.name)
        member("direction", offer.method.direction.rawValue)
        member("isActive", offer.isActive)
        member("minimum", offer.minimum.decimal)
        member("maximum", offer.maximum.decimal)
        key("fields")
        beginObject()
        names("required", offer.required)
        names("optional", offer.optional)
        endObject()
        key("banks")
        beginArray()
        for bank in offer.banks {
            beginObject()
            member("code", bank.code)
            member("name", bank.name)
            endObject()
        }
        endArray()
        endObject()
    }

    private mutating func names(_ key: String, _ fields: [Counterparty.Field]) {
        self.key(key)
        beginArray()
        for field in fields { string(field.rawValue) }
        endArray()
    }
}
