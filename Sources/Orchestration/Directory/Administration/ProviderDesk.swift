public import Connectors
public import Core
internal import JSON
internal import Postgres

/// What an operator has a provider do, beside payments: sign an account up, find a payment that somebody claims.
public struct ProviderDesk: Sendable {
    private let engine: Engine

    /// With an engine's connections and curl handles.
    public init(_ engine: Engine) { self.engine = engine }

    // MARK: Signing up

    /// What `register` needs to know for an account.
    public func registrationFields(
        of account: Identifier
    ) throws(AdministrationError) -> [RegistrationField] {
        try registration(of: find(account)).fields
    }

    /// Has the provider send a code; gives what to do next.
    public func register(
        _ id: Identifier, _ values: [String: String]
    ) async throws(AdministrationError) -> String {
        let account = try find(id)
        let registration = try registration(of: account)
        let request: ProviderRequest
        do throws(FieldProblem) {
            request = try registration.request(values, at: engine.clock.now())
        } catch { throw .invalid([error]) }
        let response = try await ask(request, account)
        do throws(ConnectorError) { return try registration.confirmation(in: response) } catch {
            throw .provider(error.detail)
        }
    }

    /// Shows the provider the code, and keeps the token that it gives, sealed, for all processes.
    ///
    /// - Returns: until when the token is good, where that is known.
    public func verify(
        _ id: Identifier, code: String, actor: String
    ) async throws(AdministrationError) -> Timestamp? {
        let account = try find(id)
        let registration = try registration(of: account)
        guard let session = account.connector.session else {
            throw .invalid([FieldProblem(pointer: "/accountId", detail: "is of a provider without tokens")])
        }
        let request: ProviderRequest
        do throws(FieldProblem) {
            request = try registration.verification(code: code, at: engine.clock.now())
        } catch { throw .invalid([error]) }
        let response = try await ask(request, account)
        let grant: SessionGrant
        do throws(ConnectorError) {
            grant = try registration.grant(in: response, at: engine.clock.now())
        } catch { throw .provider(error.detail) }
        do {
            let sealed = try engine.vault.seal(Array(grant.token.utf8), for: .session, id: account.id)
            _ = try await SessionStore(database: engine.database).write(
                account.id, identity: session.identity, sealedToken: sealed, renewAt: grant.renewAt,
                expiresAt: grant.expiresAt)
            try await DirectoryStore(engine.database).audit(
                at: engine.clock.now(), actor: String(actor.prefix(100)), action: "account.registered",
                subject: account.id.text(.providerAccount), detail: ["name": .string(account.name)])
        } catch {
            throw AdministrationError(error)
        }
        return grant.expiresAt
    }

    // MARK: Finding

    /// Finds a payment by its number at the provider.
    ///
    /// - Parameters:
    ///   - hash: as the payer's program shows it, whole or short.
    ///   - amount: needed beside a short one.
    ///   - id: whose provider is asked; `nil`: every account's that can be, until one knows the payment.
    /// - Throws: `.notFound` where nobody knows it; `.provider` where one could not be asked and no other one knows it.
    public func find(
        hash: String, amount: Money?, at id: Identifier?
    ) async throws(AdministrationError) -> Finding {
        let accounts =
            try id.map { id throws(AdministrationError) in [try find(id)] }
            ?? engine.directory.current.accounts
        let able = accounts.compactMap { account in account.connector.lookup.map { (account, $0) } }
        guard !able.isEmpty else {
            let detail = id == nil ? "no provider account's provider" : "its provider does not"
            throw .invalid([FieldProblem(pointer: "/accountId", detail: "\(detail) can look payments up")])
        }
        var elsewhere: Finding?
        var trouble: String?
        for (account, lookup) in able {
            do throws(AdministrationError) {
                guard let payment = try await ask(account, lookup, hash, amount) else { continue }
                let finding = Finding(
                    account: account.id, payment: payment, orders: try await orders(of: payment, account))
                if payment.isToThisAccount { return finding }
                elsewhere = elsewhere ?? finding
            } catch {
                // A value that is wrong is wrong for all of them.
                guard case .provider(let why) = error else { throw error }
                trouble = "\(account.name): \(why)"
            }
        }
        if let elsewhere { return elsewhere }
        throw trouble.map(AdministrationError.provider) ?? .notFound
    }

    /// A payment that was found.
    public struct Finding: Sendable {
        /// Whose provider knows it.
        public let account: Identifier
        /// What it says.
        public let payment: FoundPayment
        /// Our orders that hold it: none, or one.
        public let orders: [OrderView]
    }

    private func ask(
        _ account: ProviderAccount, _ lookup: any PaymentLookup, _ hash: String, _ amount: Money?
    ) async throws(AdministrationError) -> FoundPayment? {
        let request: ProviderRequest
        do throws(FieldProblem) {
            request = try lookup.request(hash: hash, amount: amount, at: engine.clock.now())
        } catch { throw .invalid([error]) }
        let response = try await ask(request, account)
        do throws(ConnectorError) { return try lookup.payment(in: response) } catch {
            throw .provider(error.detail)
        }
    }

    private func orders(
        of payment: FoundPayment, _ account: ProviderAccount
    ) async throws(AdministrationError) -> [OrderView] {
        let store = OrderStore(database: engine.database)
        do throws(PostgresError) {
            var found: [OrderView] = []
            for id in try await store.orders(ofProviderReference: payment.hash, account: account.id) {
                if let record = try await store.order(id, merchant: nil) { found.append(record.view) }
            }
            return found
        } catch { throw .database(error) }
    }

    // MARK: How

    private func find(_ id: Identifier) throws(AdministrationError) -> ProviderAccount {
        if let account = engine.directory.current.account(id) { return account }
        guard let unusable = engine.directory.current.unusableAccounts.first(where: { $0.id == id }) else {
            throw .notFound
        }
        throw .invalid([FieldProblem(pointer: "/accountId", detail: "does not work: \(unusable.reason)")])
    }

    private func registration(
        of account: ProviderAccount
    ) throws(AdministrationError) -> any AccountRegistration {
        if let registration = account.connector.registration { return registration }
        throw .invalid([
            FieldProblem(
                pointer: "/accountId",
                detail: "is of a provider that signs nobody up by calls: its settings are all")
        ])
    }

    private func ask(
        _ request: ProviderRequest, _ account: ProviderAccount
    ) async throws(AdministrationError) -> ProviderResponse {
        switch await engine.call(request, of: account, once: false) {
        case .response(let response): return response
        case .notSent(let why, _), .lost(let why): throw .provider(why)
        }
    }
}
