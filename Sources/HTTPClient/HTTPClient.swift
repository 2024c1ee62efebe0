public import Reactor

/// Sends HTTP/1.1 requests through libcurl's multi interface, on one reactor.
///
/// It follows no redirects, keeps no cookies, asks for no compression, reads no proxy or credentials from the
/// environment, and always verifies TLS (1.2 or later).
public actor HTTPClient {
    /// The reactor that everything runs on.
    public nonisolated let reactor: Reactor
    private let engine: Engine

    /// Runs this actor on its reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    /// Makes a client; connections come with the first request.
    public init(reactor: Reactor, configuration: Configuration = Configuration()) {
        self.reactor = reactor
        engine = Engine(reactor: reactor, configuration: configuration)
    }

    isolated deinit { engine.close() }

    /// Sends a request and waits for the whole answer, whatever its status. Cancelling the task ends the
    /// exchange.
    ///
    /// Never sends a request that is marked `once` twice; see `Request.once`.
    public func send(_ request: Request) async -> Result<Response, Failure> {
        if Task.isCancelled { return .failure(.notSent(.cancelled, "the caller gave up")) }
        let transfer: Transfer
        switch engine.prepare(request) {
        case .success(let prepared): transfer = prepared
        case .failure(let failure): return .failure(failure)
        }
        let (engine, reactor) = (engine, reactor)
        return await withTaskCancellationHandler {
            await self.exchange(transfer)
        } onCancel: {
            reactor.execute { engine.abort(transfer, .cancelled) }
        }
    }

    /// A method and not a closure: a closure that does not mention `self` would run elsewhere.
    private func exchange(_ transfer: Transfer) async -> Result<Response, Failure> {
        await withCheckedContinuation { engine.start(transfer, $0) }
    }
}
