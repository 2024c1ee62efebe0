internal import Core
internal import HTTP
internal import Logging
internal import Orchestration
internal import Postgres
internal import Reactor
internal import Synchronization

/// What a serving process consists of, started and stopped as a whole.
final class ServeProcess: Sendable {
    private let configuration: Configuration
    private let reactors: [Reactor]
    private let log: Log
    private let parts = Mutex(Parts())

    private struct Parts {
        var lanes: [Lane] = []
        var monitor: Monitor?
        var learner: Learner?
        var keeper: DirectoryKeeper?
        var isStopping = false
    }

    init(configuration: Configuration, reactors: [Reactor], log: Log) {
        self.configuration = configuration
        self.reactors = reactors
        self.log = log
    }

    /// Checks, loads, starts everything and listens.
    ///
    /// - Returns: the address with the port that it listens on.
    /// - Throws: why it does not start, in an operator's words.
    func start() async throws(CommandFailure) -> String {
        do {
            return try await startParts()
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as DirectoryError {
            if case .vault = error { throw CommandFailure(.configuration, error.description) }
            throw CommandFailure(.failed, error.description)
        } catch let error as VaultError {
            throw CommandFailure(.configuration, error.description)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }

    private func startParts() async throws -> String {
        let vault = try Vault(masterKey: configuration.masterKey)
        // All connect now, while the first one asks.
        let pools = reactors.map { reactor in
            PostgresPool(
                reactor: reactor,
                configuration: Session.pool(configuration, connections: configuration.databaseConnections))
        }
        try await Schema.require(in: pools[0], configuration)
        try await VaultCheck.confirm(vault, in: pools[0])
        let holder = DirectoryHolder()
        let keeper = DirectoryKeeper(
            database: pools[0], loader: DirectoryLoader(vault: vault), holder: holder,
            clock: SystemTime.clock,
            log: log)
        try await keeper.start()

        let shared = Lane.Shared(
            configuration: configuration, vault: vault, directory: holder, keeper: keeper,
            meters: ProviderMeters(), sessions: Sessions(), budgets: ProviderBudgets(), learning: Learning(),
            gate: BreakerGate(), funds: Funds(),
            site: Routes.site(configuration, log), census: ConnectionCensus(), log: log)
        let lanes = zip(reactors, pools).map { Lane(reactor: $0, database: $1, shared: shared) }
        // Before the first payment: it goes by what was learned before.
        let learner = Learner(lanes[0].engine, log: log)
        await learner.start()
        let address = try await listen(lanes)
        let monitor = Monitor(lanes[0].engine)
        await monitor.start()
        parts.withLock {
            $0.lanes = lanes
            $0.monitor = monitor
            $0.learner = learner
            $0.keeper = keeper
        }
        keepHouse(lanes[0])
        return address
    }

    private func listen(_ lanes: [Lane]) async throws(CommandFailure) -> String {
        var configuration = configuration.serverConfiguration
        for (number, lane) in lanes.enumerated() {
            do throws(SystemError) {
                // The lanes share the address, and would with another process, which may be another installation.
                if number == 0 { try Server.checkAddress(configuration) }
                // Where the system chose a port, all take the same.
                configuration.port = try lane.listen(configuration)
            } catch {
                throw CommandFailure(
                    .failed,
                    "\(text(configuration)) cannot be listened on: \(error); see CAUSEWAY_LISTEN")
            }
        }
        for lane in lanes { await lane.work() }
        return text(configuration)
    }

    private func text(_ configuration: Server.Configuration) -> String {
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return "\(host):\(configuration.port)"
    }

    /// Drops what has expired, now and then.
    private func keepHouse(_ lane: Lane) {
        lane.reactor.spawn { [self] in
            while !parts.withLock({ $0.isStopping }) {
                await lane.reactor.sleep(for: .seconds(3600))
                do throws(PostgresError) {
                    let count = try await lane.credentials.forgetExpired()
                    log.debug("refresh_tokens_forgotten", ["count": Log.Value(count)])
                } catch {
                    log.error("refresh_tokens_kept", ["problem": .text(error.description)])
                }
            }
        }
    }

    /// Takes nothing new, finishes what is under way within the drain time, gives up its connections.
    func stop() async {
        let (lanes, monitor, learner, keeper) = parts.withLock { parts in
            parts.isStopping = true
            return (parts.lanes, parts.monitor, parts.learner, parts.keeper)
        }
        await monitor?.stop()
        // What is reported from here on is in the log: the next start takes it in.
        await learner?.stop()
        await keeper?.stop()
        let time = configuration.drainTime
        await withTaskGroup(of: Void.self) { group in
            for lane in lanes {
                group.addTask(executorPreference: lane.reactor) { await lane.drain(within: time) }
            }
        }
    }
}
