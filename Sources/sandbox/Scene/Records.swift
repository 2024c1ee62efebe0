/// One call that a provider received, for debugging.
struct RequestRecord: Sendable {
    var at: Moment
    var provider: ProviderName
    var account: String?
    var operation: String
    var reference: String?
    var peer: String
    var body: [UInt8]
    /// 0 where the connection was closed instead.
    var status: Int
    var answer: [UInt8]

    var json: JSONObject {
        [
            "at": .string(at.iso), "provider": .string(provider.rawValue), "account": JSONValue(account),
            "operation": .string(operation), "reference": JSONValue(reference), "peer": .string(peer),
            "body": .string(String(decoding: body, as: UTF8.self)), "status": JSONValue(status),
            "answer": .string(String(decoding: answer, as: UTF8.self)),
        ]
    }
}

/// One callback that was sent.
struct CallbackRecord: Sendable {
    var at: Moment
    var to: String
    var reference: String
    var providerReference: String
    var variant: String
    var attempt: Int
    var body: [UInt8]
    var result: DeliveryResult
    var isAcknowledged: Bool

    var json: JSONObject {
        var object: JSONObject = [
            "at": .string(at.iso), "to": .string(to), "reference": .string(reference),
            "providerReference": .string(providerReference), "variant": .string(variant),
            "attempt": JSONValue(attempt), "body": .string(String(decoding: body, as: UTF8.self)),
            "status": JSONValue(result.status),
            "answer": .string(String(decoding: result.body, as: UTF8.self)),
            "acknowledged": .bool(isAcknowledged),
        ]
        if !result.problem.isEmpty { object["problem"] = .string(result.problem) }
        return object
    }
}

/// The latest things of a kind: a benchmark must not fill the memory.
struct Recent<Element: Sendable>: Sendable {
    private(set) var elements: [Element] = []
    private let limit: Int

    init(limit: Int = 10_000) {
        self.limit = limit
    }

    mutating func append(_ element: Element) {
        if elements.count >= 2 * limit { elements.removeFirst(limit) }
        elements.append(element)
    }
}
