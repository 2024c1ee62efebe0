internal import Connectors
internal import Core
public import JSON
internal import Postgres
internal import Routing

/// The shadow: a proposed document that is asked beside the rules in force, for a share of orders.
extension RuleBook {
    /// Lets a document run beside the rules. One that runs already, with the same share, changes nothing.
    ///
    /// - Parameter share: of all orders, in per cent; 1 to 100.
    public func startShadow(
        _ document: JSON, share: Int, why: String, actor: String
    ) async throws(AdministrationError) -> JSON {
        try await writeShadow(why: why, actor: actor, action: "shadow.started") { names, before in
            guard (1...100).contains(share) else {
                throw AdministrationError.invalid([
                    FieldProblem(pointer: "/share", detail: "must be a whole number from 1 to 100")
                ])
            }
            do throws(RuleDocument.Invalid) {
                let rules = try RuleDocument(document, checkedAgainst: names)
                return before?.rules == rules && before?.share == share ? nil : (rules.json, share)
            } catch {
                throw AdministrationError.invalid(
                    error.problems.map { FieldProblem(pointer: "/document" + $0.pointer, detail: $0.detail) })
            }
        }
    }

    /// Ends it. What it decided is kept.
    public func stopShadow(why: String, actor: String) async throws(AdministrationError) -> JSON {
        try await writeShadow(why: why, actor: actor, action: "shadow.stopped") { _, before in
            before?.document == nil ? nil : (nil, 0)
        }
    }

    /// Whether one runs, and what it, or the last one, would have decided otherwise; docs/routing.md has the members.
    public func shadow() async throws(AdministrationError) -> JSON {
        try await Self.unwrap { () async throws(PostgresError) in
            let store = ShadowStore(database)
            let versions = try await store.newest(2)
            guard let version = versions.first(where: { $0.document != nil }) else {
                return [
                    "running": false, "version": .null, "orders": 0, "differ": 0, "whole": true, "moves": [],
                ]
            }
            let lines = try await store.tally(of: version.revision, since: version.at)
            let names = Dictionary(
                try await DirectoryStore(database).accounts().map { ($0.id, $0.name) },
                uniquingKeysWith: { first, _ in first })
            let orders = lines.reduce(0) { $0 + $1.orders }
            return [
                "running": .bool(versions.first?.rules != nil), "version": version.json,
                "orders": .int(orders),
                "differ": .int(lines.reduce(0) { $0 + ($1.from == $1.to ? 0 : $1.orders) }),
                "whole": .bool(orders < ShadowStore.talliedMax),
                "moves": .array(lines.map { $0.json { names[$0] ?? $0.text(.providerAccount) } }),
            ]
        }
    }

    /// Writes a version where there is something to change: whole, or not at all.
    private func writeShadow(
        why: String, actor: String, action: String,
        _ choose:
            @escaping @Sendable (RoutingNames, ShadowStore.Stored?) throws -> (document: JSON?, share: Int)?
    ) async throws(AdministrationError) -> JSON {
        let actor = String(actor.prefix(100))
        let (version, isNew): (ShadowStore.Stored?, Bool)
        do {
            (version, isNew) = try await database.transaction(deadline: Self.deadline) { transaction in
                let directory = DirectoryStore(transaction)
                try await directory.lockForWriting()
                let store = ShadowStore(transaction)
                let before = try await store.newest(1).first
                guard let chosen = try choose(try await self.names(directory), before) else {
                    return (before, false)
                }
                let now = clock.now()
                let written = try await store.insert(
                    chosen.document, share: chosen.share, at: now, by: actor, why: why)
                try await directory.audit(
                    at: now, actor: actor, action: action, subject: "shadow",
                    detail: [
                        "revision": .int(written.revision), "share": .int(Int64(chosen.share)),
                        "why": .string(why),
                    ])
                return (written, true)
            }
        } catch {
            throw AdministrationError(error)
        }
        if isNew { await changed() }
        let isRunning = version?.document != nil
        return [
            "changed": .bool(isNew), "running": .bool(isRunning),
            "version": isRunning ? version?.json ?? .null : .null,
        ]
    }
}

extension ShadowStore.Stored {
    /// For programs.
    fileprivate var json: JSON {
        [
            "revision": .int(revision), "share": .int(Int64(share)), "at": .string(at.iso8601),
            "by": .string(by), "why": .string(why), "readable": .bool(rules != nil),
            "document": rules?.json ?? document ?? .null,
        ]
    }
}

extension ShadowStore.Line {
    fileprivate func json(_ name: (Identifier) -> String) -> JSON {
        [
            "paymentMethodId": .string(method), "fromAccountId": .string(from.text(.providerAccount)),
            "fromAccount": .string(name(from)),
            "toAccountId": to.map { .string($0.text(.providerAccount)) } ?? .null,
            "toAccount": to.map { .string(name($0)) } ?? .null, "differs": .bool(from != to),
            "orders": .int(orders), "succeeded": .int(succeeded), "ended": .int(ended),
            "open": .int(orders - succeeded - ended),
        ]
    }
}
