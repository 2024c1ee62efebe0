internal import Core
internal import Glibc
internal import HTTPClient
internal import Logging
internal import Orchestration
internal import Postgres
internal import Reactor
internal import Synchronization

/// What a command works with beside the server: one reactor, on the program's own thread, with one database session.
struct Session: Sendable {
    let configuration: Configuration
    let reactor: Reactor
    let database: PostgresPool

    /// Runs a command's body with a session, and tells on standard error what went wrong.
    static func run(
        _ invocation: Invocation, _ body: @escaping @Sendable (Session) async throws -> Void
    ) -> ExitCode {
        do {
            let configuration = try invocation.configuration()
            let reactor = try Reactor(name: "causeway")
            let code = Mutex(ExitCode.failed)
            reactor.spawn {
                let database = PostgresPool(
                    reactor: reactor, configuration: pool(configuration, connections: 1))
                let session = Session(configuration: configuration, reactor: reactor, database: database)
                let result = await session.outcome(of: body)
                code.withLock { $0 = result }
                await database.close()
                reactor.stop()
            }
            reactor.run()
            return code.withLock { $0 }
        } catch let failure as CommandFailure {
            Console.error(failure.message)
            return failure.code
        } catch {
            Console.error("\(error)")
            return .failed
        }
    }

    private func outcome(of body: @Sendable (Session) async throws -> Void) async -> ExitCode {
        do {
            try await body(self)
            return .done
        } catch let failure as CommandFailure {
            Console.error(failure.message)
            return failure.code
        } catch let error as AdministrationError {
            Console.error(error.description)
            if case .invalid = error { return .configuration }
            return .failed
        } catch let error as DirectoryError {
            Console.error(error.description)
            if case .vault = error { return .configuration }
            return .failed
        } catch {
            Console.error("\(error)")
            return .failed
        }
    }

    static func pool(_ configuration: Configuration, connections: Int) -> PostgresPool.Configuration {
        PostgresPool.Configuration(url: configuration.databaseURL, connections: connections)
    }

    /// The vault of the configured master key, which has been found to be this database's.
    func vault() async throws -> Vault {
        let vault = try Vault(masterKey: configuration.masterKey)
        try await Schema.require(in: database, configuration)
        try await VaultCheck.confirm(vault, in: database)
        return vault
    }

    /// Calls providers and keeps orders, without a worker beside.
    func engine() async throws -> Engine {
        let vault = try await vault()
        let holder = DirectoryHolder(try await DirectoryLoader(vault: vault).load(from: database))
        let engine = Engine(
            reactor: reactor, database: database, client: HTTPClient(reactor: reactor), directory: holder,
            vault: vault, meters: ProviderMeters(), clock: SystemTime.clock,
            settings: configuration.engineSettings)
        await Learner(engine).learnOnce()
        return engine
    }

    /// Changes and shows the directory.
    func administration() async throws -> Administration {
        let engine = try await engine()
        return Administration(
            database: database, vault: engine.vault, clock: engine.clock, probe: AccountProbe(engine))
    }

    /// Who runs this, for the audit log.
    static func actor(_ environment: [String: String]) -> String {
        let name = environment["SUDO_USER"] ?? environment["USER"] ?? environment["LOGNAME"]
        return "cli:" + (name.flatMap { $0.isEmpty ? nil : String($0.prefix(60)) } ?? "uid \(getuid())")
    }
}
