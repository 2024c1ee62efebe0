internal import CLinux
internal import Glibc
internal import Logging
internal import Reactor

extension Commands {
    static let serve = Command(
        name: "serve", summary: "Serve the API, do due work, watch the providers",
        details: """
            Runs until SIGTERM or SIGINT, then takes no new connections and finishes what is under way, for at most
            CAUSEWAY_DRAIN; a second signal ends it at once, which loses nothing: other processes, or the next start, go on.
            """,
        needs: Serve.needs, run: Serve.run)
}

/// The server as a process: its threads, its signals, its end.
enum Serve {
    static let needs: Set<Setting.Name> = [.databaseURL, .publicURL, .masterKey]

    @Sendable static func run(_ invocation: Invocation) -> ExitCode {
        do {
            var configuration = try invocation.configuration()
            let log = Log(level: configuration.logLevel)
            for unknown in Configuration.unknown(in: invocation.environment) {
                log.info(
                    "unknown_variable", ["name": .text(unknown.name), "nearest": Log.Value(unknown.nearest)])
            }
            // Before there are threads, so that all of them leave these signals to this one.
            let signals = Signals()
            boundConnections(&configuration, descriptors: raisedDescriptorLimit(log), log)
            let reactors = try start(configuration.reactors)
            let process = ServeProcess(configuration: configuration, reactors: reactors, log: log)
            reactors[0].spawn { await start(process) }
            log.info("stopping", ["signal": .text(signals.wait())])
            reactors[0].spawn {
                await process.stop()
                log.info("stopped")
                _exit(ExitCode.done.rawValue)
            }
            log.info("ended", ["signal": .text(signals.wait())])
            // As the shell shows a process that a signal ended.
            _exit(128 + signals.last)
        } catch let failure as CommandFailure {
            Console.error(failure.message)
            return failure.code
        } catch {
            Console.error("\(error)")
            return .failed
        }
    }

    private static func start(_ count: Int) throws(SystemError) -> [Reactor] {
        var reactors: [Reactor] = []
        for number in 0..<count {
            let reactor = try Reactor(name: "reactor-\(number)")
            try reactor.start()
            reactors.append(reactor)
        }
        return reactors
    }

    private static func start(_ process: ServeProcess) async {
        do throws(CommandFailure) {
            let address = try await process.start()
            Console.line("causeway listens on http://\(address), ready in \(ProcessAge.milliseconds()) ms")
        } catch {
            Console.error(error.message)
            _exit(error.code.rawValue)
        }
    }

    /// Every client connection is a descriptor: the soft limit of 1,024 that shells give would be the first bound.
    private static func raisedDescriptorLimit(_ log: Log) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        let soft = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            log.error("descriptor_limit", ["problem": .text(String(cString: strerror(errno)))])
            return Int(clamping: soft)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// What clients leave to everything else, where there are enough descriptors.
    private static let descriptorsKept = 4096

    /// A client's payment may need another descriptor, for its provider: clients leave half of them, or as many as are ever
    /// needed, or whoever only connects would have payments fail.
    private static func boundConnections(_ configuration: inout Configuration, descriptors: Int, _ log: Log) {
        let most = descriptors - min(descriptors / 2, descriptorsKept)
        guard configuration.connectionsMax > most else { return }
        configuration.connectionsMax = most
        log.info("connections_bounded", ["connections": .int(Int64(most)), "of": .int(Int64(descriptors))])
    }
}
