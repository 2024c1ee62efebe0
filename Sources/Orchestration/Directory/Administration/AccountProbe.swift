public import Connectors
internal import Core
internal import JSON
internal import Reactor

/// Asks providers about accounts that are about to be made or changed. Writes nothing: what it learns of an account that is
/// not committed yet must not outlive it.
public struct AccountProbe: Sendable {
    private let engine: Engine

    /// For all that is asked about one account: well within the time of a call to the admin API, which must not be answered
    /// before its change is made or refused.
    private static let patience: Duration = .seconds(10)

    /// With an engine's connections and curl handles.
    public init(_ engine: Engine) { self.engine = engine }

    /// What came of it.
    struct Findings: Sendable {
        /// What providers say is wrong, with pointers into the document.
        var problems: [FieldProblem] = []
        /// What they could not say.
        var warnings: [String] = []
    }

    /// Asks about all of them at once.
    ///
    /// - Parameter accounts: each with its place in the document.
    func findings(on accounts: [(account: ProviderAccount, pointer: String)]) async -> Findings {
        await withTaskGroup(of: (Int, AccountVerdict?).self) { group in
            for (index, each) in accounts.enumerated() {
                group.addTask(executorPreference: engine.reactor) { (index, await verdict(on: each.account)) }
            }
            var verdicts = [AccountVerdict?](repeating: nil, count: accounts.count)
            for await (index, verdict) in group { verdicts[index] = verdict }
            var findings = Findings()
            for (verdict, (account, pointer)) in zip(verdicts, accounts) {
                switch verdict {
                case .good, nil: break
                case .bad(let problem):
                    findings.problems.append(
                        FieldProblem(pointer: pointer + problem.pointer, detail: problem.detail))
                case .undecided(let why):
                    findings.warnings.append(
                        "\(account.name) could not be checked with its provider: \(why)")
                }
            }
            return findings
        }
    }

    /// What its provider says of an account; `nil` where the provider does not tell.
    public func verdict(on account: ProviderAccount) async -> AccountVerdict? {
        guard let query = account.connector.accountQuery(at: engine.clock.now()) else { return nil }
        let end = engine.clock.now() + Self.patience
        guard query.needsSession, let source = account.connector.session else {
            return await verdict(on: account, query, until: end)
        }
        if let known = await knownToken(of: account, source) {
            switch await answer(account, query, known, until: end) {
            case .response(let response) where response.status == 401: break
            case let other: return Self.verdict(of: other, account)
            }
        }
        do {
            let token = try await newToken(of: account, source, until: end)
            return Self.verdict(of: await answer(account, query, token, until: end), account)
        } catch {
            return .undecided(error.detail)
        }
    }

    private func verdict(
        on account: ProviderAccount, _ query: ProviderRequest, until end: Timestamp
    ) async -> AccountVerdict {
        Self.verdict(of: await engine.call(query, of: account, once: false, until: end), account)
    }

    private func answer(
        _ account: ProviderAccount, _ query: ProviderRequest, _ token: String, until end: Timestamp
    ) async -> ProviderAnswer {
        var query = query
        query.needsSession = false
        query.headers.append(.init("Authorization", "Bearer \(token)"))
        return await engine.call(query, of: account, once: false, until: end)
    }

    private static func verdict(of answer: ProviderAnswer, _ account: ProviderAccount) -> AccountVerdict {
        switch answer {
        case .response(let response): account.connector.accountVerdict(in: response)
        case .notSent(let why, _), .lost(let why): .undecided(why)
        }
    }

    /// The token that these very credentials have, stored or configured.
    private func knownToken(of account: ProviderAccount, _ source: any SessionSource) async -> String? {
        let store = SessionStore(database: engine.database)
        if let stored = try? await store.read(account.id), stored.identity == source.identity,
            let sealed = stored.sealedToken,
            let token = try? engine.vault.open(sealed, for: .session, id: account.id)
        {
            return String(decoding: token, as: UTF8.self)
        }
        return source.configured?.token
    }

    private func newToken(
        of account: ProviderAccount, _ source: any SessionSource, until end: Timestamp
    ) async throws(ConnectorError) -> String {
        guard let request = source.request(at: engine.clock.now()) else {
            throw ConnectorError(source.remedy)
        }
        switch await engine.call(request, of: account, once: false, until: end) {
        case .response(let response): return try source.grant(in: response, at: engine.clock.now()).token
        case .notSent(let why, _), .lost(let why): throw ConnectorError(why)
        }
    }
}
