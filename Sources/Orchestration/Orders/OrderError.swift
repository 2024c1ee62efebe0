public import Core

/// Why a call about orders was not done. Nothing was stored unless it says so.
public enum OrderError: Error, Sendable {
    /// Fields that every candidate's provider finds wrong. 422.
    case invalid([FieldProblem])
    /// No account can take it now; the text says so to the merchant, `excluded` says to the operator what keeps each
    /// account out. 503 with Retry-After.
    case noRoute(String, excluded: String)
    /// The merchant used this reference number before. 409 with the order's id.
    case duplicateReference(Identifier)
    /// The idempotency key came with another payload before. 422.
    case idempotencyMismatch
    /// The first call with this idempotency key is still running. 409.
    case idempotencyInProgress
    /// No such order of this merchant. 404.
    case notFound
    /// The quote's time is over. 409.
    case quoteExpired
    /// The order is past the point where this can be done. 409.
    case conflict(OrderState)
    /// Too much is under way, or the database cannot be reached. 503 with Retry-After.
    case unavailable
}
