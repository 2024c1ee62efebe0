internal import Core
internal import Postgres
internal import Routing

/// An order as it is stored, with its newest attempt.
struct OrderRecord: Sendable {
    var view: OrderView
    var sealedCounterparty: [UInt8]?
    /// What is sealed in it; only of an order that was just made, so that it is not opened again at once.
    var counterparty: Counterparty?
    var notifyURL: String?
    var decision: [UInt8]
    /// Until when the merchant wished a payin to be payable.
    var payBy: Timestamp?
    /// When it is to be looked at next, or when the lease of whoever has it ends.
    var due: Timestamp?
    var fence: Int
    var polls: Int
    var attempt: AttemptRecord?
    /// What the shadow would have decided; only where it was asked, and only to be written.
    var shadow: ShadowRecord?
}

/// What the shadow would have decided for an order that is about to be made.
struct ShadowRecord: Sendable {
    var revision: Int64
    /// The first candidate of the rules in force.
    var decided: Identifier
    /// The first candidate of the shadow; `nil`: nobody.
    var account: Identifier?
    var decision: [UInt8]

    init?(_ shadow: Decision?, beside decision: Decision) {
        guard let shadow, let revision = shadow.revision, let decided = decision.candidates.first else {
            return nil
        }
        (self.revision, self.decided) = (revision, decided)
        (account, self.decision) = (shadow.candidates.first, shadow.json)
    }
}

/// An attempt as it is stored.
struct AttemptRecord: Sendable {
    var id: Identifier
    var ordinal: Int
    var account: Identifier
    var reference: String
    var providerReference: String?
    var state: AttemptState
    /// Why it was refused.
    var reason: String?
    var createdAt: Timestamp
    /// When what moves money began to be sent, where a step came before it.
    var sentAt: Timestamp?
    /// `AttemptPreparation`, sealed.
    var sealedPreparation: [UInt8]?
    /// What it takes of a balance, in minor units; of one that is about to be committed.
    var reserved: Int64?

    /// A new one, about to be committed. Its reference is what the provider will know it by.
    init(for account: Identifier, ordinal: Int, at time: Timestamp, state: AttemptState = .sending) {
        id = Identifier(at: time)
        self.ordinal = ordinal
        self.account = account
        reference = "cw" + id.base32
        self.state = state
        createdAt = time
    }
}

extension OrderRecord {
    /// What every statement that reads orders selects, from `o` (orders) and `a` (its newest attempt or nothing).
    static let columns = """
        o.id, o.merchant_id, o.app_id, o.reference_number, o.method, o.amount, o.payable, o.moved, o.fee,
        o.state::text AS state, o.review, o.late, o.reason, o.reason_detail, o.counterparty, o.artefact,
        o.notify_url, o.redirect_url, o.description, o.metadata, o.decision, o.created_at, o.updated_at,
        o.finished_at, o.expires_at, o.pay_by, o.version, o.due_at, o.fence, o.polls,
        a.id AS attempt_id, a.ordinal, a.account_id, a.reference, a.provider_reference,
        a.state::text AS attempt_state, a.reason AS attempt_reason, a.created_at AS attempt_created_at, a.sent_at,
        a.preparation
        """

    /// Joins the newest attempt to `o`.
    static let newestAttempt = """
        LEFT JOIN LATERAL (
            SELECT * FROM attempts WHERE attempts.order_id = o.id ORDER BY ordinal DESC LIMIT 1
        ) a ON true
        """

    init(_ row: Row) throws(PostgresError) {
        guard let method = PaymentMethod(rawValue: try row.text("method")),
            let state = OrderState(rawValue: try row.text("state"))
        else { throw .undecodable("an order's method or state is unknown") }
        let attempt = try AttemptRecord(row)
        let money = { (minor: Int64?) in minor.map { Money(minor: $0, method.currency) } }
        view = OrderView(
            id: try row.identifier("id"), merchant: try row.identifier("merchant_id"),
            app: try row.identifier("app_id"), referenceNumber: try row.text("reference_number"),
            method: method,
            amount: Money(minor: try row.int("amount"), method.currency),
            payable: money(try row.intIfPresent("payable")), moved: money(try row.intIfPresent("moved")),
            fee: money(try row.intIfPresent("fee")), state: state, review: try row.textIfPresent("review"),
            late: try row.bool("late"), reason: try row.textIfPresent("reason"),
            reasonDetail: try row.textIfPresent("reason_detail"),
            artefact: try row.jsonIfPresent("artefact").flatMap(Artefact.init(json:)),
            redirectURL: try row.textIfPresent("redirect_url"),
            description: try row.textIfPresent("description"),
            metadata: try row.jsonIfPresent("metadata"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"), finishedAt: try row.timeIfPresent("finished_at"),
            expiresAt: try row.timeIfPresent("expires_at"), version: Int(try row.int("version")),
            account: attempt?.account, providerReference: attempt?.providerReference,
            attemptReference: attempt?.reference, attempts: attempt?.ordinal ?? 0)
        sealedCounterparty = try row.bytesIfPresent("counterparty")
        notifyURL = try row.textIfPresent("notify_url")
        decision = try row.json("decision")
        payBy = try row.timeIfPresent("pay_by")
        due = try row.timeIfPresent("due_at")
        fence = Int(try row.int("fence"))
        polls = Int(try row.int("polls"))
        self.attempt = attempt
    }
}

extension AttemptRecord {
    fileprivate init?(_ row: Row) throws(PostgresError) {
        guard let id = try row.identifierIfPresent("attempt_id") else { return nil }
        guard let state = AttemptState(rawValue: try row.text("attempt_state")) else {
            throw .undecodable("an attempt's state is unknown")
        }
        self.id = id
        self.state = state
        ordinal = Int(try row.int("ordinal"))
        account = try row.identifier("account_id")
        reference = try row.text("reference")
        providerReference = try row.textIfPresent("provider_reference")
        reason = try row.textIfPresent("attempt_reason")
        createdAt = try row.time("attempt_created_at")
        sentAt = try row.timeIfPresent("sent_at")
        sealedPreparation = try row.bytesIfPresent("preparation")
    }
}

extension Row {
    func identifier(_ column: String) throws(PostgresError) -> Identifier {
        let (high, low) = try uuid(column)
        return Identifier(high: high, low: low)
    }

    func identifierIfPresent(_ column: String) throws(PostgresError) -> Identifier? {
        try uuidIfPresent(column).map { Identifier(high: $0.high, low: $0.low) }
    }

    func time(_ column: String) throws(PostgresError) -> Timestamp {
        Timestamp(microseconds: try timestamp(column))
    }

    func timeIfPresent(_ column: String) throws(PostgresError) -> Timestamp? {
        try timestampIfPresent(column).map(Timestamp.init(microseconds:))
    }
}

extension Value {
    init(_ identifier: Identifier) { self = .uuid(high: identifier.high, low: identifier.low) }
    init(_ identifier: Identifier?) { self = identifier.map { Value($0) } ?? .null }
    init(_ time: Timestamp) { self = .timestamp(microseconds: time.microseconds) }
    init(_ time: Timestamp?) { self = time.map { Value($0) } ?? .null }
    init(_ money: Money?) { self = money.map { .int($0.minor) } ?? .null }
    init(json bytes: [UInt8]?) { self = bytes.map(Value.json) ?? .null }
}
