/// What an order at KESS is besides: a transfer to a wallet, made in two steps. Its order's `id` is the
/// pre_transfer_id, its `expiresAt` the end of the time in which it can be confirmed.
struct KESSTransfer: Sendable {
    var receiver: String
    var receiverName: String
    /// As the create's answer told it, in seconds.
    var lifetimeSeconds: Int64
    /// How often somebody asked to confirm it, whatever became of that.
    var confirmsReceived = 0
    /// Confirmed, but for ever on its way.
    var isStuck = false
    /// Given when the money moves.
    var fundTransferID: String?

    /// What the ledger tells of it in addition.
    var ledger: JSONObject {
        [
            "receiver": .string(receiver), "receiverName": .string(receiverName),
            "confirms_received": JSONValue(confirmsReceived), "fundTransferId": JSONValue(fundTransferID),
        ]
    }
}

/// What the sandbox keeps for KESS alone.
struct KESSBooks: Sendable {
    struct Token: Sendable {
        var account: AccountKey
        var expiresAt: Moment
    }

    var tokens: [String: Token] = [:]
    /// How many transfers were created for a wallet whose name changes.
    var renames = 0
    /// The transfer that each partner_transaction_id confirmed.
    var transactions: [World.ReferenceKey: String] = [:]
}
