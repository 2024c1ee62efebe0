internal import Cryptography
internal import Orchestration

/// How settings are read from text; each gives what is wrong, without the value.
enum SettingReaders {
    static func listen(_ text: String, _ configuration: inout Configuration) -> String? {
        let complaint = "must be address:port, such as 127.0.0.1:8080 or [::1]:8080"
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return complaint
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return complaint
        }
        guard !host.isEmpty else { return complaint + "; 0.0.0.0 or [::] for every address" }
        configuration.listenHost = host
        configuration.listenPort = port
        return nil
    }

    static func databaseURL(_ text: String, _ configuration: inout Configuration) -> String? {
        let isURL = ["postgresql://", "postgres://"].contains(where: text.hasPrefix)
        guard isURL || (text.contains("=") && !text.contains("://")) else {
            return "must be a URL that begins with postgresql://, or key=value pairs"
        }
        configuration.databaseURL = text
        return nil
    }

    static func publicURL(_ text: String, _ configuration: inout Configuration) -> String? {
        let scheme = ["https://", "http://"].first(where: text.hasPrefix)
        let rest = text.dropFirst(scheme?.count ?? 0)
        let isPlain = rest.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"?#@\\\"<>".utf8.contains($0) }
        guard scheme != nil, !rest.isEmpty, rest.first != "/", rest.last != "/", isPlain,
            text.utf8.count <= 200
        else { return "must be an http or https URL without a trailing slash, user, query or fragment" }
        configuration.publicURL = text
        return nil
    }

    static func masterKey(_ text: String, _ configuration: inout Configuration) -> String? {
        let key = text.utf8.count == 64 ? Hex.decode(text) : Base64.decode(text)
        guard let key, key.count == Vault.masterKeyBytes else {
            return
                "must be 32 bytes as 64 hexadecimal digits or in base64; make one with: openssl rand -hex 32"
        }
        configuration.masterKey = key
        return nil
    }

    static func adminKey(_ text: String, _ configuration: inout Configuration) -> String? {
        guard (32...256).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            return "must be 32 to 256 printable ASCII characters; make one with: openssl rand -hex 32"
        }
        configuration.adminKey = text
        return nil
    }

    static func trustedProxies(_ text: String, _ configuration: inout Configuration) -> String? {
        var ranges: [AddressRange] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range = AddressRange(Setting.trimmed(String(part))) else {
                return "must be IP addresses and ranges such as 10.1.0.0/16, separated by commas"
            }
            ranges.append(range)
        }
        configuration.trustedProxies = ranges
        return nil
    }

    static func integer(
        _ text: String, _ range: ClosedRange<Int>, _ place: WritableKeyPath<Configuration, Int>,
        _ configuration: inout Configuration
    ) -> String? {
        guard let value = Int(text), range.contains(value) else {
            return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
        }
        configuration[keyPath: place] = value
        return nil
    }

    static func duration(
        _ text: String, _ range: ClosedRange<Duration>, _ place: WritableKeyPath<Configuration, Duration>,
        _ configuration: inout Configuration
    ) -> String? {
        guard let value = duration(text), range.contains(value) else {
            return
                "must be a time from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound)), such as "
                + "500ms, 10s, 5m or 1h"
        }
        configuration[keyPath: place] = value
        return nil
    }

    /// `500ms`, `10s`, `5m`, `1h`, or plain seconds.
    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(count)
        case "s", "": return .seconds(count)
        case "m": return .seconds(count * 60)
        case "h": return .seconds(count * 3600)
        default: return nil
        }
    }

    /// As `duration` reads it.
    static func text(_ duration: Duration) -> String {
        let milliseconds =
            duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        let seconds = milliseconds / 1000
        if seconds > 0, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds > 0, seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// A session waits for the disk at each commit: enough of them keep it busy, too many use up what the server allows.
    static func sessionsPerCore() -> Int { max(2, min(16, 32 / cores())) }

    /// Cores that this process may run on, by its affinity (proc(5), Cpus_allowed_list: `0-3,8`); 1 where it is not told.
    static func cores() -> Int {
        let status = (try? Files.read("/proc/self/status")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") } ?? ""
        let ranges = line.drop { $0 != "\t" }.dropFirst().split(separator: ",")
        let count = ranges.reduce(0) { count, range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, last >= first else { return count }
            return count + last - first + 1
        }
        return max(1, min(256, count))
    }
}
