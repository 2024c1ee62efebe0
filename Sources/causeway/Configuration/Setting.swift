internal import Logging

/// One environment variable: its meaning, default and bounds in the one place that the program, its help and
/// `docs/configuration.md` share.
struct Setting: Sendable {
    /// Tells settings apart.
    enum Name: String, Sendable, CaseIterable {
        case listen, databaseURL, publicURL, masterKey, adminKey, share, migrations, reactors,
            databaseConnections
        case log, connectionsMax, connectionsPerAddressMax, trustedProxies, workers, answerWait, lease,
            quoteLifetime
        case payinLifetime, expiryGrace, monitorInterval, pollScale, drain
    }

    let id: Name
    /// `CAUSEWAY_…`.
    let name: String
    /// A phrase.
    let meaning: String
    /// As it would be written; nil where there is none.
    let fallback: String?
    /// Says the default where it is no value.
    let fallbackMeaning: String?
    /// What it may be.
    let bounds: String
    /// What to do where it is missing.
    let remedy: String
    /// Its value is never repeated, and may come as a file.
    let isSecret: Bool
    /// Puts it in its place, or says what is wrong.
    let read: @Sendable (String, inout Configuration) -> String?

    /// The variable, and the one that names a file with its value.
    var names: [String] { hasFile ? [name, name + "_FILE"] : [name] }
    /// Whether it may come as a file.
    let hasFile: Bool

    init(
        _ id: Name, _ name: String, _ meaning: String, fallback: String? = nil,
        fallbackMeaning: String? = nil,
        bounds: String, remedy: String = "", secret: Bool = false, file: Bool = false,
        read: @escaping @Sendable (String, inout Configuration) -> String?
    ) {
        self.id = id
        self.name = name
        self.meaning = meaning
        self.fallback = fallback
        self.fallbackMeaning = fallbackMeaning
        self.bounds = bounds
        self.remedy = remedy
        isSecret = secret
        hasFile = file
        self.read = read
    }

    /// Variables with our prefix that other programs of this project read.
    static let others = [
        "CAUSEWAY_URL", "CAUSEWAY_APP_ID", "CAUSEWAY_ACCESS_KEY", "CAUSEWAY_SECRET_KEY", "CAUSEWAY_FAULT",
        "CAUSEWAY_BUILD", "CAUSEWAY_PROGRAMS", "CAUSEWAY_TEST_DATABASE_URL", "CAUSEWAY_TEST_DIRECTORY",
    ]

    enum Told: Equatable {
        case told(String)
        case missing
        case wrong(String)
    }

    /// What the environment says of it. Space around a value is not part of it; an empty one is not told.
    func value(
        in environment: [String: String], _ readFile: (String) throws(Files.Failure) -> [UInt8]
    ) -> Told {
        let direct = environment[name].map(Self.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        let path = hasFile ? environment[name + "_FILE"].flatMap { $0.isEmpty ? nil : $0 } : nil
        if direct != nil, path != nil {
            return .wrong("\(name) and \(name)_FILE are both set: unset one of them")
        }
        guard let path else { return direct.map(Told.told) ?? .missing }
        do throws(Files.Failure) {
            let text = Self.trimmed(String(decoding: try readFile(path), as: UTF8.self))
            return text.isEmpty ? .wrong("\(name)_FILE names an empty file") : .told(text)
        } catch {
            return .wrong("\(name)_FILE cannot be read: \(error.reason)")
        }
    }

    static func trimmed(_ text: String) -> String {
        let isSpace = { (character: Character) in character.isWhitespace }
        let start = text.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(start[...end])
    }
}
