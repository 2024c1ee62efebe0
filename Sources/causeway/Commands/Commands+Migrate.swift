internal import JSON
internal import Postgres
internal import Reactor

extension Commands {
    static let migrate = Command(
        name: "migrate", summary: "Bring the database's schema to this version",
        details: """
            Every migration runs in a transaction of its own, under a lock that other processes wait for. A file that
            was applied must not change afterwards. A database that is newer than this program is refused.
            """,
        options: [
            Command.Option(
                name: "directory", value: "FOLDER",
                help: "where the migrations are, instead of CAUSEWAY_MIGRATIONS"),
            Command.json,
        ],
        needs: [.databaseURL]
    ) { invocation in
        Session.run(invocation) { session in
            var configuration = session.configuration
            configuration.migrations = invocation.options["directory"] ?? configuration.migrations
            let isQuiet = invocation.wantsJSON
            let status = try await Migrations.apply(
                Schema.files(configuration), to: Session.pool(configuration, connections: 1),
                on: session.reactor,
                checksum: Schema.checksum
            ) { progress in
                if !isQuiet { Console.line(text(of: progress)) }
            }
            if isQuiet {
                Console.json(["version": .int(Int64(status.current))])
            } else {
                Console.line("The schema is at version \(status.current).")
            }
        }
    }

    private static func text(of progress: Migrations.Progress) -> String {
        switch progress {
        case .waitingForLock: "Another process is migrating this database: waiting for it"
        case .applying(let name): "Applying \(name)"
        case .applied(let name, let duration): "Applied \(name) in \(SettingReaders.text(duration))"
        }
    }
}
