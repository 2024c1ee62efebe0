internal import Connectors
internal import Core
internal import HTTPClient
internal import Reactor

/// What came of calling a provider, as far as money is concerned.
enum ProviderAnswer: Sendable {
    /// A complete answer.
    case response(ProviderResponse)
    /// It is proven that no byte of the request left. The text is the operator's; with a kind it is the network's own.
    case notSent(String, kind: HTTPClient.Failure.Kind? = nil)
    /// It may have arrived.
    case lost(String)
}

extension Engine {
    /// How long a request may wait for its place in an account's budget, where the call itself sets no limit.
    private static let placeWait: Duration = .seconds(5)
    /// What must be left of a call's time to begin it.
    private static let leastTime: Duration = .milliseconds(500)

    /// Calls an account's provider once, and meters it: within the account's budget, under its session, once more with a new
    /// one where the provider says that the old one is not good.
    ///
    /// - Parameters:
    ///   - once: the request moves money: the transport must not repeat it.
    ///   - until: when it must be over, where its provider's time may be longer: a moment, so that a process that stalls
    ///     before it gets here sends nothing afterwards.
    func call(
        _ request: ProviderRequest, of account: ProviderAccount, once: Bool, until: Timestamp? = nil
    ) async -> ProviderAnswer {
        let end = until ?? clock.now() + account.descriptor.timeouts.total + Self.placeWait
        guard let source = account.connector.session, request.needsSession else {
            return await metered(request, of: account, once: once, until: end)
        }
        var answer = ProviderAnswer.notSent("")
        // A 401 is an answer, and says that nothing was done: even what moves money may be repeated after it.
        for isRepeated in [false, true] {
            let held: Sessions.Held
            do { held = try await sessions.token(of: account, source, self) } catch {
                // It has been sent once, though: then the 401 is what came of it.
                return isRepeated ? answer : .notSent(error.why)
            }
            var authorised = request
            authorised.headers.append(.init("Authorization", "Bearer \(held.grant.token)"))
            let next = await metered(authorised, of: account, once: once, until: end)
            if isRepeated, case .notSent = next { return answer }
            answer = next
            guard case .response(let response) = answer, response.status == 401 else { break }
            sessions.refuse(held, of: account.id)
        }
        return answer
    }

    private func metered(
        _ request: ProviderRequest, of account: ProviderAccount, once: Bool, until end: Timestamp
    ) async -> ProviderAnswer {
        let perMinute = account.connector.requestsPerMinute
        let wait = budgets.take(
            account.id, perMinute: perMinute, now: clock.now(),
            waitingAtMost: min(Self.placeWait, end - clock.now() - Self.leastTime))
        guard let wait else { return .notSent("the account may not make so many requests") }
        if wait > .zero { await reactor.sleep(for: wait) }
        let began = clock.now()
        guard end - began > .zero else { return .notSent("there was no time left to send it") }
        let answer = await send(request, of: account, once: once, within: end - began)
        let now = clock.now()
        if case .response(let response) = answer, response.status == 429 {
            budgets.tooMany(account.id, sentAt: began, now: now)
        } else {
            budgets.fine(account.id)
        }
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
            return failure.requestMayHaveBeenSent
                ? .lost(failure.message) : .notSent(failure.message, kind: failure.kind)
        }
    }
}

extension ProviderAnswer {
    /// What was wrong, for the meters; a refusal inside a readable answer is not the provider's failure.
    fileprivate var problem: String? {
        switch self {
        case .response(let response):
            response.status >= 500 || response.status == 429 ? "HTTP \(response.status)" : nil
        case .notSent(let why, _), .lost(let why): why
        }
    }
}

extension ProviderAnswer {
    /// Why nothing was sent, as merchants may know it: the network's own words name hosts, proxies and ports.
    static func told(_ why: String, _ kind: HTTPClient.Failure.Kind?) -> String {
        let told =
            switch kind {
            case nil: why
            case .resolve: "its name has no address"
            case .connect: "no connection"
            case .tls: "TLS failed"
            case .timeout: "it took too long"
            default: "the request could not be sent"
            }
        return "the provider could not be reached: " + told
    }
}
