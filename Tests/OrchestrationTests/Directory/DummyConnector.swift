import Connectors
import Core
import JSON
import Synchronization

@testable import Orchestration

/// A provider that does nothing, with one setting of each sort that matters here.
struct DummyConnector: Connector {
    static let descriptor = ConnectorDescriptor(
        id: "dummy", name: "Dummy",
        methods: [
            MethodCapability(.thbQR, minimum: 100, maximum: 1_000_000, required: []),
            MethodCapability(.thbBank, minimum: 100, maximum: 1_000_000, required: []),
        ],
        settings: [
            AccountSetting("baseURL", .url, required: true, help: "where it is"),
            AccountSetting("apiKey", .secret(maxLength: 100), required: true, help: "its key"),
            AccountSetting("seconds", .integer(0...60), fallback: .int(5), help: "a time"),
        ],
        pollPlan: PollPlan([.seconds(1)]), reviewAfter: .seconds(60))

    /// Refuses one key that is well-formed and no good, as a provider refuses a key that does not parse.
    init(settings: AccountSettings) throws(FieldProblem) {
        if settings.text("apiKey") == "worn-out" {
            throw FieldProblem(pointer: "/settings/apiKey", detail: "is worn out")
        }
    }

    static let lookup: ConnectorLookup = { $0 == "dummy" ? DummyConnector.self : nil }

    func problems(with payment: Payment) -> [FieldProblem] { [] }
    func submission(of payment: Payment, at time: Timestamp) throws(Refusal) -> ProviderRequest { request }
    func outcome(ofSubmission response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome
    {
        .unknown("")
    }
    func query(of payment: Payment, providerReference: String?, at time: Timestamp) -> ProviderRequest {
        request
    }
    func outcome(ofQuery response: ProviderResponse, of payment: Payment, at time: Timestamp) -> Outcome {
        .unknown("")
    }

    private var request: ProviderRequest { ProviderRequest(method: "GET", url: "http://127.0.0.1/") }
}

/// A clock that a test moves.
final class MovableClock: Sendable {
    private let time = MutexBox(Timestamp(seconds: 1_790_000_000))

    var clock: WallClock { WallClock { self.time.value } }
    var now: Timestamp { time.value }
    func advance(_ duration: Duration) { time.value = time.value + duration }
}

final class MutexBox<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value {
        get { mutex.withLock { $0 } }
        set { mutex.withLock { $0 = newValue } }
    }
}
