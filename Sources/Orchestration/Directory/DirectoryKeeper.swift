public import Core
public import Logging
public import Postgres
internal import Reactor

/// Keeps one process's directory as it is in the database: read at the start, and again when a change is announced on the
/// channel `causeway_directory`, when listening begins anew, or when told to.
public actor DirectoryKeeper {
    /// The pool's reactor.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        database.reactor.asUnownedSerialExecutor()
    }

    /// Where the directory goes.
    public nonisolated let holder: DirectoryHolder
    private nonisolated let database: PostgresPool
    private let loader: DirectoryLoader
    private let clock: WallClock
    private let log: Log

    private var begun = 0
    private var inForce = 0
    private var isStale = false
    private var isReloading = false
    private var isStopped = false

    private static let channel = "causeway_directory"
    /// Changes come in bursts: after a reading there is this pause before the next.
    private static let settling = Duration.milliseconds(20)
    private static let backoffMax = Duration.seconds(10)

    /// A keeper on the pool's reactor.
    public init(
        database: PostgresPool, loader: DirectoryLoader, holder: DirectoryHolder, clock: WallClock,
        log: Log = .none
    ) {
        self.database = database
        self.loader = loader
        self.holder = holder
        self.clock = clock
        self.log = log
    }

    /// Reads the directory, then keeps it fresh.
    ///
    /// - Throws: when it cannot be read now; nothing is kept then.
    public func start() async throws(DirectoryError) {
        try await reload()
        await database.listen(
            Self.channel, { [weak self] _ in self?.assumeIsolated { $0.changed() } },
            onReconnect: { [weak self] in self?.assumeIsolated { $0.changed() } })
    }

    /// Reads the directory now: for who has just changed it and must see that at once.
    ///
    /// - Throws: when it cannot be read; the old one stays in force.
    public func reload() async throws(DirectoryError) {
        begun += 1
        let turn = begun
        do throws(DirectoryError) {
            let directory = try await loader.load(from: database)
            // Two readings may cross: the one begun later saw more.
            guard turn > inForce else { return }
            inForce = turn
            holder.swap(directory, at: clock.now())
            tell(of: directory)
        } catch {
            holder.note(problem: error.description)
            log.error("directory_not_read", ["problem": .text(error.description)])
            throw error
        }
    }

    private func tell(of directory: Directory) {
        log.info(
            "directory_read",
            [
                "merchants": Log.Value(directory.merchants.count), "apps": Log.Value(directory.apps.count),
                "accounts": Log.Value(directory.accounts.count),
            ])
        for account in directory.unusableAccounts where account.isEnabled {
            log.error("account_unusable", ["account": .text(account.name), "problem": .text(account.reason)])
        }
    }

    /// No more readings.
    public func stop() { isStopped = true }

    private func changed() {
        isStale = true
        guard !isReloading, !isStopped else { return }
        isReloading = true
        database.reactor.spawn { [weak self] in await self?.catchUp() }
    }

    /// The first reading begins at once: who made the change may already be calling.
    private func catchUp() async {
        var wait = Self.settling
        while isStale, !isStopped {
            isStale = false
            do {
                try await reload()
                wait = Self.settling
            } catch {
                isStale = true
                wait = min(wait * 2, Self.backoffMax)
            }
            if isStale { await database.reactor.sleep(for: wait) }
        }
        isReloading = false
    }
}
