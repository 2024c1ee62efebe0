internal import HTTP
internal import Orchestration

extension Site {
    /// Where a request comes from: who connects, or, where that is a proxy of ours, the last address in X-Forwarded-For that
    /// is none. What stands before it anybody can have written.
    func client(of request: Request) -> PeerAddress {
        var client = request.peer
        guard isProxy(client), let field = request.headers["x-forwarded-for"] else { return client }
        for told in field.split(separator: ",", omittingEmptySubsequences: false).reversed() {
            guard isProxy(client), let next = PeerAddress(String(told.trimmingBlanks)) else { break }
            client = next
        }
        return client
    }

    private func isProxy(_ address: PeerAddress) -> Bool {
        guard !trustedProxies.isEmpty else { return false }
        let text = address.text
        return trustedProxies.contains { $0.contains(text) }
    }
}
