internal import Core
internal import HTTP
internal import Logging
internal import Reactor

/// A request of an app that has shown its token.
struct Call: Sendable {
    /// What came.
    let request: Request
    /// Who calls.
    let app: App
    /// When it came.
    let now: Timestamp
}

/// Makes routes out of handlers that either answer or throw a problem, and puts around each what all of them need: who
/// may call, a deadline, the count of it, the problem document.
struct RouteTable {
    private(set) var router = Router()
    private let backend: Backend
    private let log: Log
    private let meter: RequestMeter
    private let authenticator: Authenticator

    /// For what is answered from memory, or with one or two statements.
    static let quick: Duration = .seconds(10)
    /// For what may wait for a provider: longer than the engine itself waits.
    static let patient: Duration = .seconds(30)

    init(site: Site, backend: Backend) {
        self.backend = backend
        log = site.log
        let meter = site.meters.newMeter()
        self.meter = meter
        authenticator = Authenticator(site: site, backend: backend)
        router.failure = { failure, _ in
            meter.countUnrouted(status: failure.status)
            return Problem(from: failure).response
        }
    }

    /// A route that needs no waiting, and whose answer stands for everybody.
    mutating func immediate(
        _ method: Method, _ pattern: String, _ handler: @escaping @Sendable (Request) -> Response
    ) {
        let route = meter.add(method: method.rawValue, pattern: pattern)
        let meter = meter
        router.on(
            method, pattern,
            .immediate { request in
                let response = handler(request)
                meter.count(route, status: response.status)
                return response
            })
    }

    /// A route for everybody.
    mutating func open(
        _ method: Method, _ pattern: String, within limit: Duration = quick,
        form: Acceptance.Form = .json,
        _ handler: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) {
        let route = meter.add(method: method.rawValue, pattern: pattern)
        let (meter, reactor, log) = (meter, backend.reactor, log)
        router.on(
            method, pattern,
            .async { request in
                let start = Reactor.monotonicNanoseconds()
                let response: Response
                switch await Self.answer(request, limit, reactor, form, handler) {
                case .success(let answer): response = answer
                case .failure(let problem):
                    problem.tell(log, of: request, to: "\(method.rawValue) \(pattern)")
                    response = problem.response
                }
                meter.record(
                    route, status: response.status, nanoseconds: Reactor.monotonicNanoseconds() &- start)
                return response
            })
    }

    /// A route for apps with a token.
    mutating func signedIn(
        _ method: Method, _ pattern: String, within limit: Duration = quick,
        form: Acceptance.Form = .json,
        _ handler: @escaping @Sendable (Call) async throws(Problem) -> Response
    ) {
        let authenticator = authenticator
        open(method, pattern, within: limit, form: form) { request throws(Problem) in
            try await handler(authenticator.call(request))
        }
    }

    /// A route for the operator.
    mutating func administrative(
        _ method: Method, _ pattern: String, within limit: Duration = patient,
        _ handler: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) {
        let authenticator = authenticator
        open(method, pattern, within: limit) { request throws(Problem) in
            try authenticator.checkOperator(request)
            return try await handler(request)
        }
    }

    private static func answer(
        _ request: Request, _ limit: Duration, _ reactor: Reactor, _ form: Acceptance.Form,
        _ handler: @escaping @Sendable (Request) async throws(Problem) -> Response
    ) async -> Result<Response, Problem> {
        guard Acceptance.takes(form, request.headers["accept"]) else {
            return .failure(Problem(.notAcceptable, "The answer is \(form.name)."))
        }
        let answer = await Deadline.wait(limit, on: reactor) { () async -> Result<Response, Problem> in
            do throws(Problem) { return .success(try await handler(request)) } catch {
                return .failure(error)
            }
        }
        return answer ?? .failure(Problem(.deadlineExceeded))
    }
}
