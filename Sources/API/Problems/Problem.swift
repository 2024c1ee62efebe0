internal import Core
internal import HTTP
internal import JSON
internal import Logging

/// Why a request was not done, as it is told: a problem document (RFC 9457).
struct Problem: Error, Sendable {
    /// The row of the table.
    var code: ErrorCode
    /// What happened this time, in a sentence. Never holds what the client sent.
    var detail: String?
    /// What is wrong where.
    var faults: [Fault] = []
    /// The transaction that the problem is about.
    var transaction: Identifier?
    /// The state that the transaction is in.
    var state: OrderState?
    /// In how many seconds it is worth another try.
    var retryAfter: Int?
    /// Further header fields.
    var headers: [(name: String, value: String)] = []
    /// What the operator's log says beside it, and the caller is not told.
    var note: String?

    /// One thing that is wrong.
    struct Fault: Sendable, Hashable {
        /// Where.
        let place: Place
        /// What is wrong and what is allowed.
        let detail: String

        /// Where a fault is.
        enum Place: Sendable, Hashable {
            /// A JSON pointer (RFC 6901) into the body; empty for the whole of it.
            case body(String)
            /// A query parameter.
            case query(String)
            /// A header field.
            case header(String)
            /// A part of the path.
            case path(String)
        }
    }

    init(_ code: ErrorCode, _ detail: String? = nil, faults: [Fault] = []) {
        self.code = code
        self.detail = detail
        self.faults = faults
        if code.row.status == 503 { retryAfter = 2 }
    }

    /// More faults than this are counted, not told.
    static let faultsMax = 50

    /// The document, with the header fields that its status asks for.
    var response: Response {
        let row = code.row
        var fields: [(name: String, value: String)] = CommonHeaders.plain
        if let retryAfter { fields.append(("Retry-After", String(retryAfter))) }
        if row.status == 401 { fields.append(("WWW-Authenticate", challenge)) }
        return Response(
            status: row.status, contentType: "application/problem+json", body: document(row),
            headers: fields + headers)
    }

    /// Whether the operator is to know of it: we failed, or a provider was not believed.
    private var isForOperator: Bool { code.row.status >= 500 || code.isOfCallbacks }

    /// Tells the operator, who finds it by the answer's X-Request-Id.
    func tell(_ log: Log, of request: Request, to route: String) {
        guard isForOperator else { return }
        let fields: KeyValuePairs<StaticString, Log.Value> = [
            "request": .text(request.id), "call": .text(route), "status": .int(Int64(code.row.status)),
            "code": .text(code.rawValue), "detail": .text(detail ?? code.row.title), "why": .init(note),
        ]
        if code == .internalError {
            log.error("call_failed", fields)
        } else {
            log.info("call_failed", fields)
        }
    }

    private func document(_ row: ErrorCode.Row) -> [UInt8] {
        var writer = JSONWriter(capacity: 384)
        writer.beginObject()
        writer.member("type", "urn:causeway:problem:" + code.rawValue)
        writer.member("title", row.title)
        writer.member("status", row.status)
        writer.member("detail", detail ?? "\(row.title).")
        writer.member("code", code.rawValue)
        writer.member("hint", row.hint)
        if let transaction { writer.member("txnId", transaction.text(.transaction)) }
        if let state { writer.member("transactionStatus", state.rawValue) }
        if let retryAfter { writer.member("retryAfter", retryAfter) }
        if !faults.isEmpty { write(faults, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private func write(_ faults: [Fault], to writer: inout JSONWriter) {
        writer.key("errors")
        writer.beginArray()
        for fault in faults.prefix(Self.faultsMax) {
            writer.beginObject()
            writer.member("detail", fault.detail)
            switch fault.place {
            case .body(let pointer): writer.member("pointer", pointer)
            case .query(let name): writer.member("parameter", name)
            case .header(let name): writer.member("header", name)
            case .path(let name): writer.member("path", name)
            }
            writer.endObject()
        }
        writer.endArray()
    }

    /// What RFC 9110 section 11.6.1 wants on a 401, with the words of RFC 6750 section 3.1.
    private var challenge: String {
        switch code {
        case .tokenMissing: "Bearer realm=\"causeway\""
        case .tokenInvalid, .tokenExpired:
            "Bearer realm=\"causeway\", error=\"invalid_token\", error_description=\"\(code.row.title)\""
        case .adminKeyInvalid, .adminDisabled: "Bearer realm=\"causeway-admin\""
        case .callbackUnverified, .callbackStale: "Provider-Signature realm=\"causeway\""
        default: "Causeway-Keys realm=\"causeway\""
        }
    }
}
