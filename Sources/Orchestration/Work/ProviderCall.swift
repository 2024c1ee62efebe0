internal import Connectors
internal import Core
internal import HTTPClient

/// What came of calling a provider, as far as money is concerned.
enum ProviderAnswer: Sendable {
    /// A complete answer.
    case response(ProviderResponse)
    /// It is proven that no byte of the request left.
    case notSent(String)
    /// It may have arrived.
    case lost(String)
}

extension Engine {
    /// Calls an account's provider once, and meters it.
    ///
    /// - Parameters:
    ///   - once: the request moves money: the transport must not repeat it.
    ///   - time: how long it may take, where that is less than its provider's time.
    func call(
        _ request: ProviderRequest, of account: ProviderAccount, once: Bool, within time: Duration? = nil
    ) async -> ProviderAnswer {
        let began = clock.now()
        let answer = await send(request, of: account, once: once, within: time)
        let now = clock.now()
        meters.record(account.id, problem: answer.problem, took: now - began, at: now)
        return answer
    }

    private func send(
        _ request: ProviderRequest, of account: ProviderAccount, once: Bool, within time: Duration?
    ) async -> ProviderAnswer {
        let timeouts = account.descriptor.timeouts
        let total = min(timeouts.total, time ?? timeouts.total)
        var outgoing = HTTPClient.Request(method: request.method, url: request.url)
        outgoing.headers = request.headers.map { ($0.name, $0.value) }
        outgoing.body = request.body
        outgoing.timeouts = HTTPClient.Timeouts(
            connect: min(timeouts.connect, total), firstByte: timeouts.firstByte, total: total)
        outgoing.proxy = account.proxy
        outgoing.once = once
        switch await client.send(outgoing) {
        case .success(let response):
            let type = response["content-type"] ?? ""
            let media = type.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
            return .response(
                ProviderResponse(status: response.status, contentType: media, body: response.body))
        case .failure(let failure):
            return failure.requestMayHaveBeenSent ? .lost(failure.message) : .notSent(failure.message)
        }
    }
}

extension ProviderAnswer {
    /// What was wrong, for the meters; a refusal inside a readable answer is not the provider's failure.
    fileprivate var problem: String? {
        switch self {
        case .response(let response): response.status >= 500 ? "HTTP \(response.status)" : nil
        case .notSent(let why), .lost(let why): why
        }
    }
}
