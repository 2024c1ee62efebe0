/// What has to be remembered of a request until its answer is written.
struct Exchange {
    var isHead = false
    var minorVersion: UInt8 = 1
    var keepsAlive = false
    var number: RequestNumber
    /// The head that holds the client's own request id.
    var head: RequestHead?

    init(_ request: Request) {
        let facts = request.head.facts
        isHead = request.method == .head
        minorVersion = facts.minorVersion
        keepsAlive = facts.keepsAlive
        number = request.number
        head = facts.identifier.isEmpty ? nil : request.head
    }

    /// For a request that was not understood.
    init(number: RequestNumber) { self.number = number }
}
