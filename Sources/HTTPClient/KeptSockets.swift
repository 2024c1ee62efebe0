internal import CCurl
internal import Glibc

/// The sockets of connections that curl keeps, by their local ports: curl does not tell a connection's socket when it is
/// about to write to it. Touched on the reactor's thread only.
final class KeptSockets {
    /// An entry is as good as the connection's last use: who takes the port later puts its own socket here.
    private var sockets: [Int32: curl_socket_t] = [:]

    /// Remembers what an exchange that is over went over.
    func note(_ transfer: Transfer) {
        guard let (port, socket) = transfer.socketByPort else { return }
        sockets[port] = socket
    }

    /// Whether something has come on a connection that nobody asked for, its end or an answer too many: curl would take the
    /// latter for the answer to what is sent next.
    func hasUnaskedInput(on port: Int32) -> Bool {
        guard let socket = sockets[port] else { return true }
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count >= 0 || errno != EAGAIN
    }
}
