internal import CLinux
internal import CPostgres
internal import Reactor

/// Everything libpq needs for one address.
struct ConnectionParameters: Sendable {
    var settings: [String: String]

    /// Begins to connect; nil only when memory is out.
    func start() -> OpaquePointer? {
        let pairs = settings.map { (strdup($0.key), strdup($0.value)) }
        defer {
            for (key, value) in pairs {
                free(key)
                free(value)
            }
        }
        let keys = pairs.map { UnsafePointer<CChar>($0.0) } + [nil]
        let values = pairs.map { UnsafePointer<CChar>($0.1) } + [nil]
        return PQconnectStartParams(keys, values, 0)
    }
}

/// A database URL taken apart: its hosts, and the settings that hold for all of them.
///
/// libpq would walk through the hosts itself, but without a time limit for each when it is driven step by
/// step, and it resolves names in a call that blocks. So the names are resolved on a helper thread, and each
/// address is tried on its own.
struct DatabaseAddress: Sendable {
    private struct Host: Sendable {
        var name: String?
        var address: String?
        var port: String?

        /// A name that the resolver must be asked about, not a socket's folder.
        var nameToResolve: String? {
            guard let name, address == nil, !name.isEmpty, !name.hasPrefix("/"), !name.hasPrefix("@") else {
                return nil
            }
            return name
        }
    }

    private var settings: [String: String]
    private var hosts: [Host]
    /// Values for `target_session_attrs`, one pass over the hosts for each.
    private var passes: [String?]
    /// The URL's own `connect_timeout`.
    let timeout: Duration?

    /// Nil for a URL that libpq does not take. Its words are not passed on: they quote the URL, password and
    /// all.
    init?(url: String, applicationName: String) {
        guard var settings = Self.parse(url) else { return nil }
        let defaults = Self.defaults()
        let names = Self.list(settings.removeValue(forKey: "host") ?? defaults["host"])
        let addresses = Self.list(settings.removeValue(forKey: "hostaddr") ?? defaults["hostaddr"])
        let ports = Self.list(settings.removeValue(forKey: "port") ?? defaults["port"])
        let count = max(names.count, addresses.count, 1)
        guard ports.count <= 1 || ports.count == count, names.isEmpty || names.count == count,
            addresses.isEmpty || addresses.count == count
        else { return nil }
        func pick(_ list: [String], _ index: Int) -> String? {
            let value = list.count == 1 ? list[0] : index < list.count ? list[index] : ""
            return value.isEmpty ? nil : value
        }
        hosts = (0..<count).map {
            Host(name: pick(names, $0), address: pick(addresses, $0), port: pick(ports, $0))
        }
        let wanted = settings.removeValue(forKey: "target_session_attrs") ?? defaults["target_session_attrs"]
        passes = wanted == "prefer-standby" ? ["standby", "any"] : [wanted]
        timeout = settings["connect_timeout"].flatMap { Int($0) }.flatMap { $0 > 0 ? .seconds($0) : nil }
        self.settings = settings.merging(Self.own(applicationName)) { url, own in url }
        self.settings["client_encoding"] = "UTF8"
    }

    /// Ours where the URL says nothing: a peer that vanished is noticed within a minute.
    private static func own(_ applicationName: String) -> [String: String] {
        [
            "application_name": applicationName, "keepalives_idle": "20", "keepalives_interval": "10",
            "keepalives_count": "3",
            // Kerberos would look for its servers in calls that block.
            "gssencmode": "disable",
        ]
    }

    /// Whether `resolve` would block.
    var mustResolve: Bool { hosts.contains { $0.nameToResolve != nil } }

    /// Every address of every host, in order. Blocks where names must be resolved.
    func resolve() -> [ConnectionParameters] {
        let places = hosts.flatMap { host -> [Host] in
            guard let name = host.nameToResolve else { return [host] }
            return Self.addresses(of: name).map { Host(name: name, address: $0, port: host.port) }
        }
        return passes.flatMap { wanted in
            places.map { place in
                var settings = settings
                settings["host"] = place.name
                settings["hostaddr"] = place.address
                settings["port"] = place.port
                settings["target_session_attrs"] = wanted
                return ConnectionParameters(settings: settings)
            }
        }
    }

    private static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let code = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0,
                NI_NUMERICHOST)
            let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            if code == 0 { addresses.append(String(decoding: bytes, as: UTF8.self)) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func list(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    private static func parse(_ url: String) -> [String: String]? {
        var message: UnsafeMutablePointer<CChar>?
        defer { PQfreemem(message) }
        guard let options = PQconninfoParse(url, &message) else { return nil }
        return take(options)
    }

    /// From the environment (PGHOST …), or compiled into libpq.
    private static func defaults() -> [String: String] {
        PQconndefaults().map(take) ?? [:]
    }

    private static func take(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        defer { PQconninfoFree(options) }
        var settings: [String: String] = [:]
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { settings[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return settings
    }
}
