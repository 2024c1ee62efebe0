public import Core
public import JSON
public import Postgres
internal import Routing

/// The operator's routing rules: shown, checked, put in force, gone back to. Every version is kept, with who and why.
public struct RuleBook: Sendable {
    let database: PostgresPool
    private let vault: Vault
    let clock: WallClock
    let changed: @Sendable () async -> Void

    static let deadline = Duration.seconds(30)

    /// - Parameter changed: runs after a version was put in force, before the call returns.
    public init(
        database: PostgresPool, vault: Vault, clock: WallClock,
        changed: @escaping @Sendable () async -> Void = {}
    ) {
        self.database = database
        self.vault = vault
        self.clock = clock
        self.changed = changed
    }

    /// A version of the rules.
    public struct Version: Sendable {
        /// Grows by one or more with each.
        public let revision: Int64
        /// In its canonical form.
        public let document: JSON
        /// When it was put in force.
        public let at: Timestamp
        /// By whom.
        public let by: String
        /// In their words.
        public let why: String

        /// For programs.
        ///
        /// - Parameter isWhole: with the document.
        public func json(isWhole: Bool = true) -> JSON {
            var object: JSONObject = [
                "revision": .int(revision), "at": .string(at.iso8601), "by": .string(by), "why": .string(why),
            ]
            if isWhole { object["document"] = document }
            return .object(object)
        }
    }

    /// The version in force; `nil` before the first one: every payment goes by the accounts' priority then.
    public func current() async throws(AdministrationError) -> Version? {
        try await Self.unwrap { () async throws(PostgresError) in
            try await RuleStore(database).newest().map(Self.version)
        }
    }

    /// Newest first, without their documents being checked again.
    public func history(before: Int64?, limit: Int) async throws(AdministrationError) -> [Version] {
        try await Self.unwrap { () async throws(PostgresError) in
            try await RuleStore(database).history(before: before, limit: limit).map(Self.version)
        }
    }

    /// Everything that is wrong with a document, with places and remedies; nothing is written.
    public func check(_ document: JSON) async throws(AdministrationError) -> [FieldProblem] {
        let names = try await Self.unwrap { () async throws(PostgresError) in
            try await self.names(DirectoryStore(database))
        }
        do throws(RuleDocument.Invalid) {
            _ = try RuleDocument(document, checkedAgainst: names)
            return []
        } catch { return error.problems }
    }

    /// Puts a document in force. One that says what is in force already changes nothing.
    ///
    /// - Parameter revision: which version was looked at when it was written, where it is told: another one in force by now
    ///   is a conflict.
    /// - Returns: the version in force, and whether it is new.
    public func apply(
        _ document: JSON, basedOn revision: Int64?, why: String, actor: String
    ) async throws(AdministrationError) -> (version: Version, isNew: Bool) {
        try await put(basedOn: revision, why: why, actor: actor, action: "rules.applied") { _ in document }
    }

    /// Puts an earlier version's document in force again, as a new version. It is checked anew: accounts may have changed.
    public func rollback(
        to revision: Int64, why: String, actor: String
    ) async throws(AdministrationError) -> (version: Version, isNew: Bool) {
        try await put(basedOn: nil, why: why, actor: actor, action: "rules.rolled_back") { store in
            guard let stored = try await store.revision(revision) else {
                throw AdministrationError.notFound
            }
            return stored.document
        }
    }

    private func put(
        basedOn revision: Int64?, why: String, actor: String, action: String,
        _ choose: @escaping @Sendable (RuleStore) async throws -> JSON
    ) async throws(AdministrationError) -> (version: Version, isNew: Bool) {
        let (stored, isNew): (RuleStore.Stored, Bool)
        do {
            (stored, isNew) = try await database.transaction(deadline: Self.deadline) { transaction in
                let directory = DirectoryStore(transaction)
                try await directory.lockForWriting()
                let store = RuleStore(transaction)
                let before = try await store.newest()
                if let revision, revision != before?.revision ?? 0 {
                    throw AdministrationError.invalid([
                        FieldProblem(
                            pointer: "/revision",
                            detail:
                                "is not the one in force, which is \(before?.revision ?? 0): look at it first"
                        )
                    ])
                }
                let names = try await self.names(directory)
                let chosen = try await choose(store)
                let document: RuleDocument
                do throws(RuleDocument.Invalid) {
                    document = try RuleDocument(chosen, checkedAgainst: names)
                } catch { throw AdministrationError.invalid(error.problems) }
                if let before, let inForce = try? RuleDocument(before.document), inForce == document {
                    return (before, false)
                }
                let now = clock.now()
                let written = try await store.insert(
                    document.json, at: now, by: String(actor.prefix(100)), why: why)
                try await directory.audit(
                    at: now, actor: String(actor.prefix(100)), action: action, subject: "rules",
                    detail: [
                        "revision": .int(written.revision),
                        "before": before.map { .int($0.revision) } ?? .null,
                        "why": .string(why),
                    ])
                return (written, true)
            }
        } catch {
            throw AdministrationError(error)
        }
        if isNew { await changed() }
        return (Self.version(stored), isNew)
    }

    /// Whom a document may name.
    func names(_ store: DirectoryStore) async throws(PostgresError) -> RoutingNames {
        let apps = try await store.apps()
        let merchants = try await store.merchants()
        let accounts = try await store.accounts()
        return DirectoryLoader(vault: vault)
            .directory(merchants: merchants, apps: apps, accounts: accounts).names
    }

    private static func version(_ stored: RuleStore.Stored) -> Version {
        Version(
            revision: stored.revision,
            document: (try? RuleDocument(stored.document))?.json ?? stored.document,
            at: stored.at, by: stored.by, why: stored.why)
    }

    static func unwrap<Result>(
        _ body: () async throws(PostgresError) -> Result
    ) async throws(AdministrationError) -> Result {
        do throws(PostgresError) { return try await body() } catch { throw .database(error) }
    }
}
