internal import Logging
internal import Orchestration

/// What the environment tells this program. Everything it may tell is in `Setting.all`, with meaning, default and bounds.
struct Configuration: Sendable {
    var listenHost = ""
    var listenPort: UInt16 = 0
    var databaseURL = ""
    var publicURL = ""
    var masterKey: [UInt8] = []
    var adminKey: String?
    var reactors = 1
    var databaseConnections = 1
    var logLevel = Log.Level.info
    var connectionsMax = 0
    var connectionsPerAddressMax = 0
    var trustedProxies: [AddressRange] = []
    var workersMax = 0
    var answerWait = Duration.zero
    var lease = Duration.zero
    var quoteLifetime = Duration.zero
    var payinLifetime = Duration.zero
    var expiryGrace = Duration.zero
    var monitorInterval = Duration.zero
    var pollScale = 1.0
    var drainTime = Duration.zero
    var share: String?
    var migrations: String?

    /// The folder with `migrations/` and `openapi.yaml`, given or found.
    var shareFolder: String { share ?? ShareFolder.find() ?? "." }
    /// Where the migrations are.
    var migrationsFolder: String { migrations ?? shareFolder + "/migrations" }
}

/// Everything that is wrong with the environment, at once.
struct ConfigurationProblems: Error, Equatable {
    /// Each begins with the variable's name and says what to do. Never holds a value of a secret.
    let problems: [String]

    /// For standard error.
    var text: String {
        "The configuration is not right:\n" + problems.map { "  \($0)" }.joined(separator: "\n")
            + "\nAll variables: causeway help configuration"
    }
}

extension Configuration {
    /// Reads the environment for a command that needs some of the settings.
    ///
    /// - Parameters:
    ///   - needed: those that must be told.
    ///   - readFile: gives a `…_FILE`'s bytes.
    /// - Throws: every problem found.
    init(
        environment: [String: String], needed: Set<Setting.Name>,
        readFile: (String) throws(Files.Failure) -> [UInt8] = { path throws(Files.Failure) in
            try Files.read(path)
        }
    ) throws(ConfigurationProblems) {
        self.init()
        var problems: [String] = []
        for setting in Setting.all {
            if let fallback = setting.fallback { _ = setting.read(fallback, &self) }
            switch setting.value(in: environment, readFile) {
            case .told(let text):
                if let complaint = setting.read(text, &self) {
                    problems.append("\(setting.name) \(complaint)")
                }
            case .missing:
                if needed.contains(setting.id) {
                    problems.append("\(setting.name) is missing: \(setting.meaning). \(setting.remedy)")
                }
            case .wrong(let complaint): problems.append(complaint)
            }
        }
        guard problems.isEmpty else { throw ConfigurationProblems(problems: problems) }
    }

    /// Variables that look like ours and mean nothing to us, each with what may have been meant.
    static func unknown(in environment: [String: String]) -> [(name: String, nearest: String?)] {
        let known = Setting.all.flatMap(\.names) + Setting.others
        return environment.keys.sorted().filter { $0.hasPrefix("CAUSEWAY_") && !known.contains($0) }
            .map { ($0, Spelling.nearest($0, among: known)) }
    }
}

/// Finds what is installed beside the program.
enum ShareFolder {
    private static let mark = "migrations/0001_directory.sql"

    /// `../share/causeway` from the program, then the folders above the program (a build in a checkout), then `.`.
    static func find() -> String? {
        var candidates: [String] = []
        if let program = Files.program() {
            var folder = Files.folder(of: program)
            candidates.append(Files.folder(of: folder) + "/share/causeway")
            for _ in 0..<6 {
                candidates.append(folder)
                folder = Files.folder(of: folder)
            }
        }
        candidates.append(".")
        return candidates.first { Files.isReadable("\($0)/\(mark)") }
    }
}
