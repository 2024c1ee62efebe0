/// What `POST /_sandbox/settings` changes. Times are in milliseconds unless their names say seconds.
struct Settings: Sendable {
    /// From acceptance of a payout to its end.
    var payoutDelayMs: Int64 = 300
    /// After which deposits are paid by themselves; nil: only by `POST /_sandbox/pay`.
    var autoPayMs: Int64?
    /// Between two attempts to deliver a callback that was not acknowledged.
    var callbackRetryMs: Int64 = 2_000
    /// How long `slow` holds an answer back.
    var latencyMs: Int64 = 40_000
    /// How late `late_callback` is.
    var lateMs: Int64 = 3_000
    /// How long every answer is held back.
    var answerDelayMs: Int64 = 0
    /// How long a deposit can be paid, as its `expireDate` says.
    var depositLifetimeMs: Int64 = 300_000
    /// How long a token lasts that Bakong issues, in seconds: the 93 days of the documents' sample.
    var bakongTokenSeconds: Int64 = 8_035_200
    /// How long KESS's tokens are good.
    var kessTokenSeconds: Int64 = 3_600
    /// How long a transfer at KESS can be confirmed.
    var kessPreTransferSeconds: Int64 = 300
    /// Whether a PayPlus withdrawal's steps are called back too, or only its end.
    var callsBackEveryStep = false

    /// What `amount` is in PayPlus's callbacks and queries where a payer sent another sum than was asked for. The
    /// documents call it the "original amount", which may mean what came in before the fee, or what was ordered:
    /// true takes the first reading.
    var amountIsReceived = true

    /// The numeric settings by the control API's names.
    static var numbers: [(name: String, path: WritableKeyPath<Settings, Int64>)] {
        [
            ("payoutDelayMs", \.payoutDelayMs), ("callbackRetryMs", \.callbackRetryMs),
            ("latencyMs", \.latencyMs),
            ("lateMs", \.lateMs), ("answerDelayMs", \.answerDelayMs),
            ("depositLifetimeMs", \.depositLifetimeMs),
        ]
    }

    /// Those in seconds.
    static var seconds: [(name: String, path: WritableKeyPath<Settings, Int64>)] {
        [
            ("kessTokenSeconds", \.kessTokenSeconds), ("kessPreTransferSeconds", \.kessPreTransferSeconds),
            ("bakongTokenSeconds", \.bakongTokenSeconds),
        ]
    }

    var json: JSONObject {
        var object = JSONObject()
        for (name, path) in Self.numbers + Self.seconds { object[name] = JSONValue(self[keyPath: path]) }
        object["autoPayMs"] = autoPayMs.map { JSONValue($0) } ?? .null
        object["amountMeans"] = amountIsReceived ? "received" : "ordered"
        object["callbacks"] = callsBackEveryStep ? "all" : "last"
        return object
    }
}
