internal import Logging

extension Setting {
    /// Every setting, in the order people read them.
    static let all: [Setting] = required + sizes + times

    private static let required = [
        Setting(
            .listen, "CAUSEWAY_LISTEN", "the address and port to listen on", fallback: "127.0.0.1:8080",
            bounds: "address:port, an IPv6 address in brackets; port 0 lets the system choose",
            read: SettingReaders.listen),
        Setting(
            .databaseURL, "CAUSEWAY_DATABASE_URL", "the PostgreSQL database",
            bounds:
                "a libpq URL or key=value string; several hosts are followed to the one that can be written",
            remedy: "For example postgresql:///causeway?host=/var/run/postgresql", secret: true, file: true,
            read: SettingReaders.databaseURL),
        Setting(
            .publicURL, "CAUSEWAY_PUBLIC_URL", "what providers and payers can reach this service by",
            bounds: "an http or https URL without a trailing slash, query or fragment",
            remedy: "For example https://pay.example.com", file: true, read: SettingReaders.publicURL),
        Setting(
            .masterKey, "CAUSEWAY_MASTER_KEY", "the key that secrets and personal data are sealed under",
            bounds: "32 bytes as 64 hexadecimal digits or in base64",
            remedy: "Make one with: openssl rand -hex 32. Keep it: without it the sealed data is lost",
            secret: true,
            file: true, read: SettingReaders.masterKey),
        Setting(
            .adminKey, "CAUSEWAY_ADMIN_KEY", "the key of the admin API",
            fallbackMeaning: "none: the admin API is off", bounds: "32 to 256 printable ASCII characters",
            secret: true, file: true, read: SettingReaders.adminKey),
        Setting(
            .share, "CAUSEWAY_SHARE", "the folder with migrations/ and openapi.yaml",
            fallbackMeaning: "../share/causeway from the program, a folder above it, or .", bounds: "a path"
        ) { text, configuration in
            configuration.share = text
            return nil
        },
        Setting(
            .migrations, "CAUSEWAY_MIGRATIONS", "the folder with the migrations",
            fallbackMeaning: "migrations in CAUSEWAY_SHARE", bounds: "a path"
        ) { text, configuration in
            configuration.migrations = text
            return nil
        },
        Setting(
            .log, "CAUSEWAY_LOG",
            "the least level of what is logged, one JSON object a line on standard error",
            fallback: "info", bounds: "debug, info or error"
        ) { text, configuration in
            guard let level = Log.Level.allCases.first(where: { $0.word == text }) else {
                return "must be debug, info or error"
            }
            configuration.logLevel = level
            return nil
        },
    ]

    private static let sizes = [
        Setting(
            .reactors, "CAUSEWAY_REACTORS", "threads that serve, each with its own connections",
            fallback: String(SettingReaders.cores()), fallbackMeaning: "the cores this process may use",
            bounds: "1 to 256"
        ) { SettingReaders.integer($0, 1...256, \.reactors, &$1) },
        Setting(
            .databaseConnections, "CAUSEWAY_DATABASE_CONNECTIONS",
            "database sessions of each reactor, beside one that listens",
            fallback: String(SettingReaders.sessionsPerCore()),
            fallbackMeaning: "32 shared among the cores, 2 to 16 each", bounds: "1 to 64"
        ) { SettingReaders.integer($0, 1...64, \.databaseConnections, &$1) },
        Setting(
            .connectionsMax, "CAUSEWAY_CONNECTIONS_MAX",
            "client connections at once, of the files that may be open all but half, or but 4096; more are answered 503",
            fallback: "16384", bounds: "16 to 1000000"
        ) { SettingReaders.integer($0, 16...1_000_000, \.connectionsMax, &$1) },
        Setting(
            .connectionsPerAddressMax, "CAUSEWAY_CONNECTIONS_PER_ADDRESS_MAX",
            "of them from one IPv4 address or IPv6 /64, this machine's own excepted", fallback: "512",
            bounds: "1 to 1000000"
        ) { SettingReaders.integer($0, 1...1_000_000, \.connectionsPerAddressMax, &$1) },
        Setting(
            .trustedProxies, "CAUSEWAY_TRUSTED_PROXIES",
            "reverse proxies whose X-Forwarded-For tells where a sign-in or a callback comes from",
            fallbackMeaning: "none: it comes from who connects",
            bounds: "IP addresses and ranges such as 10.1.0.0/16, separated by commas",
            read: SettingReaders.trustedProxies),
        Setting(
            .workers, "CAUSEWAY_WORKERS", "due orders that each reactor works on at once", fallback: "64",
            bounds: "1 to 4096"
        ) { SettingReaders.integer($0, 1...4096, \.workersMax, &$1) },
    ]

    private static let times = [
        Setting(
            .answerWait, "CAUSEWAY_ANSWER_WAIT",
            "how long POST /v1/transaction waits for the provider's first answer before it answers processing",
            fallback: "10s", bounds: "0s to 60s"
        ) { SettingReaders.duration($0, .zero ... .seconds(60), \.answerWait, &$1) },
        Setting(
            .lease, "CAUSEWAY_LEASE",
            "how long an order taken for work is one process's; longer than a provider call may last",
            fallback: "40s", bounds: "1s to 10m"
        ) { SettingReaders.duration($0, .seconds(1) ... .seconds(600), \.lease, &$1) },
        Setting(
            .quoteLifetime, "CAUSEWAY_QUOTE_LIFETIME", "how long a quote can be processed", fallback: "15m",
            bounds: "10s to 1h"
        ) { SettingReaders.duration($0, .seconds(10) ... .seconds(3600), \.quoteLifetime, &$1) },
        Setting(
            .payinLifetime, "CAUSEWAY_PAYIN_LIFETIME",
            "how long a payin can be paid where neither the merchant nor the provider says", fallback: "15m",
            bounds: "1m to 24h"
        ) { SettingReaders.duration($0, .seconds(60) ... .seconds(86_400), \.payinLifetime, &$1) },
        Setting(
            .expiryGrace, "CAUSEWAY_EXPIRY_GRACE",
            "how long after a payin's expiry the provider is asked for the last time before it is called expired",
            fallback: "60s", bounds: "0s to 1h"
        ) { SettingReaders.duration($0, .zero ... .seconds(3600), \.expiryGrace, &$1) },
        Setting(
            .monitorInterval, "CAUSEWAY_MONITOR_INTERVAL",
            "how often each account's health and balance are asked for", fallback: "30s", bounds: "1s to 1h"
        ) { SettingReaders.duration($0, .seconds(1) ... .seconds(3600), \.monitorInterval, &$1) },
        Setting(
            .pollScale, "CAUSEWAY_POLL_SCALE",
            "multiplies every delay between questions to a provider; for tests and demonstrations",
            fallback: "1",
            bounds: "0.001 to 100"
        ) { text, configuration in
            guard let scale = Double(text), (0.001...100).contains(scale) else {
                return "must be a number from 0.001 to 100"
            }
            configuration.pollScale = scale
            return nil
        },
        Setting(
            .drain, "CAUSEWAY_DRAIN", "how long a stopping process finishes what is under way",
            fallback: "15s",
            bounds: "0s to 10m"
        ) { SettingReaders.duration($0, .zero ... .seconds(600), \.drainTime, &$1) },
    ]
}
