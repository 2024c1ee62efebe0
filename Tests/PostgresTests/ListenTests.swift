import Postgres
import Reactor
import Testing

@Suite("LISTEN")
struct ListenTests {
    private final class Log: Sendable {
        let payloads = Shared<[String]>([])
        let starts = Shared(0)
    }

    @Test("hears what is notified, after a reconnection too, and says when it begins anew")
    func reconnection() async throws {
        let name = uniqueName("listener")
        let channel = uniqueName("Odd \"channel")
        let notify = Statement("notify", "SELECT pg_notify($1, $2)")
        let log = Log()
        try await withPool(connections: 1, applicationName: name) { pool async throws in
            await pool.listen(channel) { payload in
                log.payloads.change { $0.append(payload) }
            } onReconnect: {
                log.starts.change { $0 += 1 }
            }
            try await eventually("listens") { log.starts.value == 1 }
            try await withPool(connections: 1) { other in
                _ = try await other.query(notify, [.text(channel), "first"])
                _ = try await other.query(notify, [.text("another"), "not ours"])
                try await eventually("hears") { log.payloads.value == ["first"] }
                _ = try await other.query(
                    Statement(
                        "kill",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"),
                    [.text(name)])
                try await eventually("listens again") { log.starts.value == 2 }
                _ = try await other.query(notify, [.text(channel), "ไทย"])
                try await eventually("hears again") { log.payloads.value == ["first", "ไทย"] }
            }
        }
    }
}
