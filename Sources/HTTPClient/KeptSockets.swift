internal import CCurl
internal import Glibc

/// The sockets of connections that curl keeps, by their ends: curl does not tell a connection's socket when it is about to
/// write to it. Touched on the reactor's thread only.
final class KeptSockets {
    /// A connection's two ends, as far as they tell it from every other: Linux gives connections to different hosts the same
    /// local port.
    struct Ends: Hashable {
        let host: String
        let port: Int32
        let localPort: Int32
    }

    /// By local port. An entry is as good as the connection's last use: who takes the port later puts its own socket here.
    private var sockets: [Int32: (ends: Ends, socket: curl_socket_t)] = [:]

    /// Remembers what an exchange that is over went over.
    func note(_ ends: Ends, _ socket: curl_socket_t) { sockets[ends.localPort] = (ends, socket) }

    /// Whether something has come on a connection that nobody asked for, its end or an answer too many: curl would take the
    /// latter for the answer to what is sent next. True where its socket is not known.
    func hasUnaskedInput(on ends: Ends) -> Bool {
        guard let kept = sockets[ends.localPort], kept.ends == ends else { return true }
        var byte: UInt8 = 0
        let count = recv(kept.socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count >= 0 || errno != EAGAIN
    }
}
