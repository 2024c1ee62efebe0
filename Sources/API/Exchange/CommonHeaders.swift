/// The header fields that answers share. Arrays made once: an answer only counts a reference.
enum CommonHeaders {
    /// On every answer: what it is called is what it is.
    static let plain: [(name: String, value: String)] = [("X-Content-Type-Options", "nosniff")]

    /// On what is one caller's business: nobody on the way may keep it.
    static let secret: [(name: String, value: String)] = plain + [("Cache-Control", "no-store")]

    /// On the stored first answer to an idempotency key.
    static let replayed: [(name: String, value: String)] = secret + [("Idempotent-Replayed", "true")]
}
