internal import CCurl
internal import Glibc

/// The program: options, accounts, the server; ends at once on SIGTERM or SIGINT.
@main
enum Main {
    static func main() {
        do throws(Options.Failure) {
            let options = try Options(arguments: Array(CommandLine.arguments.dropFirst())) { name in
                getenv(name).map { String(cString: $0) }
            }
            if options.wantsHelp {
                writeAll(Array(Options.help.utf8), to: 1)
                return
            }
            run(options)
        } catch {
            complain(error.message, code: 64)
        }
    }

    private static func run(_ options: Options) {
        let accounts: [Account]
        do {
            accounts = try DemoAccounts.all(keysIn: options.keys ?? DemoAccounts.defaultDirectory())
        } catch {
            complain(error.message, code: 78)
        }
        let server: WebServer
        do {
            server = try WebServer(host: options.host, port: options.port)
        } catch {
            complain(error.message, code: 69)
        }
        // Signals are blocked before any thread starts, so that all threads inherit it and only sigwait sees them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        signal(SIGPIPE, SIG_IGN)
        curl_global_init(Int(CURL_GLOBAL_DEFAULT))
        let address =
            "http://\(options.host.contains(":") ? "[\(options.host)]" : options.host):\(server.port)"
        let world = World(accounts: accounts, journal: Journal(isOn: options.logs))
        let front = Front(world: world, publicURL: options.publicURL ?? address)
        Threads.start { server.run { front.answer($0) } }
        writeAll(Array("sandbox listens on \(address)\n".utf8), to: 1)
        var caught: Int32 = 0
        sigwait(&signals, &caught)
        exit(0)
    }

    private static func complain(_ message: String, code: Int32) -> Never {
        writeAll(Array("sandbox: \(message)\n".utf8), to: 2)
        exit(code)
    }
}
