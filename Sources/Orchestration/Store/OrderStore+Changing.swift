internal import Core
internal import Postgres
internal import Routing

/// What a change of an order writes, in one statement.
extension OrderStore {
    /// What a change writes besides the order, its attempt and its event.
    struct Additions: OptionSet, Sendable {
        let rawValue: Int
        /// The callback that brought it.
        static let callback = Additions(rawValue: 1)
        /// What the merchant is to be told.
        static let notification = Additions(rawValue: 2)
        /// What routing learns from it.
        static let report = Additions(rawValue: 4)
        /// What its attempt gives back of caps, or takes late.
        static let caps = Additions(rawValue: 8)

        static let all: [Additions] = (0..<16).map(Additions.init)
    }

    /// A statement for each set of additions, since PostgreSQL gets ready to write into every table that a statement names.
    static let changes = Additions.all.map { Statement("order_change", changing($0)) }

    private static func changing(_ additions: Additions) -> String {
        // The number of the next parameter, in the order of `write`.
        var next = 27
        var parts = ""
        if additions.contains(.callback) {
            parts += """
                , c AS (
                    INSERT INTO provider_callbacks (account_id, digest, received_at, order_id, reference, sealed_body)
                    SELECT $\(next)::uuid, $\(next + 1)::bytea, $16::timestamptz, o.id, $\(next + 2)::text, $\(next + 3)::bytea
                    FROM o ON CONFLICT (account_id, digest) DO NOTHING
                )
                """
            next += 4
        }
        if additions.contains(.notification) {
            parts += """
                , n AS (
                    INSERT INTO notifications (order_id, version, due_at, created_at)
                    SELECT o.id, o.version, $16::timestamptz, $16::timestamptz FROM o
                )
                """
        }
        if additions.contains(.report) {
            parts += """
                , r AS (
                    INSERT INTO attempt_reports (account_id, method, bank, verdict, latency_ms, at, begun_at)
                    SELECT $\(next)::uuid, $\(next + 1)::text, $\(next + 2)::text, $\(next + 3)::text, $\(next + 4)::bigint,
                        $16::timestamptz, $\(next + 5)::timestamptz FROM o
                )
                """
            next += 6
        }
        if additions.contains(.caps) { parts += CapShare.changing("o", first: next) }
        return """
            WITH o AS (
                UPDATE orders SET state = $4::text::order_state, payable = COALESCE($5::bigint, payable),
                    moved = COALESCE($6::bigint, moved), fee = COALESCE($7::bigint, fee), review = $8::text,
                    late = late OR $9::boolean, reason = $10::text, reason_detail = $11::text,
                    artefact = COALESCE(artefact, $12::jsonb), expires_at = $13::timestamptz, due_at = $14::timestamptz,
                    finished_at = $15::timestamptz, updated_at = $16::timestamptz, polls = $17::bigint,
                    held = held AND $3::bigint IS NULL, version = version + 1
                WHERE id = $1::uuid AND version = $2::bigint AND ($3::bigint IS NULL OR fence = $3::bigint)
                RETURNING id, version, method, amount
            ), a AS (
                UPDATE attempts SET state = $19::text::attempt_state,
                    accepted_at = COALESCE(accepted_at, CASE WHEN $19::text IN ('accepted', 'succeeded') THEN $16::timestamptz END),
                    reserved = CASE WHEN $19::text NOT IN ('rejected', 'failed', 'expired') THEN reserved END,
                    provider_reference = COALESCE($20::text, provider_reference), reason = COALESCE($21::text, reason),
                    reason_detail = COALESCE($22::text, reason_detail), finished_at = $23::timestamptz
                FROM o WHERE attempts.id = $18::uuid
            ), e AS (
                INSERT INTO order_events (order_id, number, at, kind, actor, detail)
                SELECT o.id, o.version, $16::timestamptz, $24::text, $25::text, $26::jsonb FROM o
            )\(parts)
            SELECT version FROM o
            """
    }

    /// Writes what changed, with the event that tells of it, and what belongs to it. Whether it was written: not where the
    /// version has moved on, or the fence when `holding` one.
    ///
    /// - Parameter share: where its attempt counts against caps, if that changes.
    func write(
        _ change: OrderChange, counting share: CapShare? = nil
    ) async throws(PostgresError) -> Bool {
        let view = change.record.view
        let attempt = change.record.attempt
        var additions: Additions = change.tellsMerchant ? .notification : []
        var values: [Value] = [
            Value(view.id), .int(Int64(change.versionBefore)), Value(change.holding),
            .text(view.state.rawValue),
            Value(view.payable), Value(view.moved), Value(view.fee), Value(view.review), .bool(view.late),
            Value(view.reason), Value(view.reasonDetail), Value(json: view.artefact?.json),
            Value(view.expiresAt), Value(change.due), Value(view.finishedAt), Value(view.updatedAt),
            .int(Int64(change.record.polls)), Value(attempt?.id), Value(attempt?.state.rawValue),
            Value(attempt?.providerReference), Value(change.attemptReason),
            Value(change.attemptReasonDetail),
            Value(attempt.flatMap { $0.state.isOpen && $0.state != .succeeded ? nil : view.updatedAt }),
            .text(change.event.kind), .text(change.event.actor), .json(change.event.detail),
        ]
        if let evidence = change.evidence {
            additions.insert(.callback)
            values += [
                Value(evidence.account), .bytes(evidence.digest), .text(evidence.reference),
                .bytes(evidence.sealedBody),
            ]
        }
        if let report = change.report {
            additions.insert(.report)
            values += [
                Value(report.account), .text(report.method.rawValue), Value(report.bank),
                .text(report.verdict.rawValue), Value(report.latency), Value(report.begun),
            ]
        }
        if let counting = share?.parameters(sign: change.capSign) {
            additions.insert(.caps)
            values += counting
        }
        return !(try await database.query(Self.changes[additions.rawValue], values)).isEmpty
    }
}

/// A change of an order and its newest attempt, computed and about to be written.
struct OrderChange: Sendable {
    /// As they will be; its version is the next one.
    var record: OrderRecord
    /// Compared with what is stored.
    var versionBefore: Int
    /// Compared with what is stored, when the writer holds the order's lease.
    var holding: Int?
    /// When the order is to be looked at next.
    var due: Timestamp?
    var attemptReason: String?
    var attemptReasonDetail: String?
    var event: Event
    var evidence: CallbackEvidence?
    /// What routing learns from it.
    var report: AttemptReport?
    /// The state that the merchant knows.
    var stateBefore: OrderState
    /// The state of the attempt that the version before has.
    var attemptBefore: AttemptState?

    /// Whether the merchant wants to be told, and there is something to tell.
    var tellsMerchant: Bool { record.notifyURL != nil && record.view.state != stateBefore }

    /// What the change does to what its attempt takes of caps: 1 takes it, -1 gives it back. Once, since nobody else writes the
    /// same version.
    var capSign: Int64 {
        guard let before = attemptBefore?.isOpen, let after = record.attempt?.state.isOpen else { return 0 }
        return before == after ? 0 : after ? 1 : -1
    }

    struct Event: Sendable {
        var kind: String
        var actor: String
        var detail: [UInt8]
    }
}

/// A verified callback, as it is kept.
struct CallbackEvidence: Sendable {
    var account: Identifier
    /// SHA-256 of the body: repeats are known by it.
    var digest: [UInt8]
    var reference: String
    var sealedBody: [UInt8]
}
