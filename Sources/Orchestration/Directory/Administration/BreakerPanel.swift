public import Core
internal import JSON
public import Postgres

/// The operator's hand on the breakers: opens them, and resets them. Everything is in the audit log, with who and why.
public struct BreakerPanel: Sendable {
    private let database: PostgresPool
    private let clock: WallClock
    private let changed: @Sendable () async -> Void

    private static let deadline = Duration.seconds(30)

    /// - Parameter changed: runs after something was changed, before the call returns.
    public init(
        database: PostgresPool, clock: WallClock, changed: @escaping @Sendable () async -> Void = {}
    ) {
        self.database = database
        self.clock = clock
        self.changed = changed
    }

    /// Opens a breaker by hand: no payment begins at the account by this method, or by any, until it is reset.
    ///
    /// - Returns: whether it was not open by hand already.
    /// - Throws: `.notFound` for the account, `.invalid` for the method.
    public func open(
        _ account: Identifier, _ method: String?, why: String, actor: String
    ) async throws(AdministrationError) -> Bool {
        try await change("breaker.opened", account, method, why, actor) {
            store, _, now async throws(PostgresError) in
            try await store.open(
                BreakerSwitch(
                    account: account, method: method.flatMap(PaymentMethod.init(rawValue:)), at: now,
                    by: String(actor.prefix(100)), why: why))
        }
    }

    /// Resets a breaker, whether it opened by itself or by hand: it is closed, and what failed before is forgotten.
    ///
    /// - Throws: see `open`; also `.invalid` for a method of an account that was opened as a whole.
    public func reset(
        _ account: Identifier, _ method: String?, why: String, actor: String
    ) async throws(AdministrationError) {
        _ = try await change("breaker.reset", account, method, why, actor) {
            store, methods, now async throws(any Error) in
            let isWhole = try await store.all().contains { $0.account == account && $0.method == nil }
            if method != nil, isWhole {
                throw Self.invalid("was opened together with all others of the account: leave it out")
            }
            try await store.reset(account, methods, isWhole: method == nil, at: now)
            return true
        }
    }

    /// - Parameter make: is given the account's methods, or the one; says whether something changed.
    private func change(
        _ action: String, _ account: Identifier, _ method: String?, _ why: String, _ actor: String,
        _ make: @escaping @Sendable (BreakerStore, _ methods: [String], Timestamp) async throws -> Bool
    ) async throws(AdministrationError) -> Bool {
        let isNew: Bool
        do {
            isNew = try await database.transaction(deadline: Self.deadline) { transaction in
                let directory = DirectoryStore(transaction)
                try await directory.lockForWriting()
                let methods = try Self.methods(method, of: account, among: try await directory.accounts())
                let now = clock.now()
                guard try await make(BreakerStore(transaction), methods, now) else { return false }
                try await directory.audit(
                    at: now, actor: String(actor.prefix(100)), action: action,
                    subject: account.text(.providerAccount),
                    detail: ["method": method.map(JSON.string) ?? .null, "why": .string(why)])
                return true
            }
        } catch {
            throw AdministrationError(error)
        }
        if isNew { await changed() }
        return isNew
    }

    /// The one method, where the account is used for it; else all that it is used for.
    private static func methods(
        _ name: String?, of account: Identifier, among accounts: [AccountRecord]
    ) throws(AdministrationError) -> [String] {
        guard let record = accounts.first(where: { $0.id == account }) else { throw .notFound }
        guard let name else { return record.methods }
        guard record.methods.contains(name), PaymentMethod(rawValue: name) != nil else {
            throw invalid("must be one of the account's: \(record.methods.joined(separator: ", "))")
        }
        return [name]
    }

    private static func invalid(_ detail: String) -> AdministrationError {
        .invalid([FieldProblem(pointer: "/paymentMethodId", detail: detail)])
    }
}
