import Foundation
import HTTPClient
import Reactor
import Testing

/// One reactor for all tests: it runs to the end of the process.
enum Shared {
    static let reactor: Reactor = {
        guard let reactor = try? Reactor(name: "http-client-tests"), (try? reactor.start()) != nil else {
            fatalError("no reactor")
        }
        return reactor
    }()
}

extension HTTPClient {
    /// A client on the shared reactor.
    static func make(_ configuration: Configuration = Configuration()) -> HTTPClient {
        HTTPClient(reactor: Shared.reactor, configuration: configuration)
    }

    /// The failure that must come.
    func failure(_ request: Request, _ location: SourceLocation = #_sourceLocation) async throws -> Failure {
        switch await send(request) {
        case .success(let response):
            Issue.record("answered \(response.status)", sourceLocation: location)
            throw CancellationError()
        case .failure(let failure): return failure
        }
    }
}

extension HTTPClient.Response {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Waits until something is so, for ten seconds at most.
func eventually(_ condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) async {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(10)
    while !condition() {
        if clock.now > deadline {
            Issue.record("it never came about", sourceLocation: location)
            return
        }
        try? await Task.sleep(for: .milliseconds(2))
    }
}
