internal import Core
internal import JSON

/// What may be told of a merchant. What is nil was not told.
struct MerchantForm {
    let pointer: String
    var id: Identifier?
    var name: String?
    var displayName: String?
    var isEnabled: Bool?
    var apps: [AppForm] = []

    init(_ value: JSON, at pointer: String, withApps: Bool, _ problems: inout [FieldProblem]) {
        self.pointer = pointer
        var reader = FormReader(value, at: pointer)
        id = reader.identifier("id", .merchant)
        name = reader.text("name", FormRules.name)
        displayName = reader.text("displayName", FormRules.displayName)
        isEnabled = reader.flag("enabled")
        let forms = withApps ? reader.list("apps", max: 1000) ?? [] : []
        reader.finish()
        problems += reader.problems
        for (index, form) in forms.enumerated() {
            apps.append(AppForm(form, at: "\(pointer)/apps/\(index)", &problems))
        }
    }
}

/// What may be told of an app.
struct AppForm {
    let pointer: String
    var id: Identifier?
    var name: String?
    var accessKey: String?
    var secretKey: String?
    var isEnabled: Bool?

    init(_ value: JSON, at pointer: String, _ problems: inout [FieldProblem]) {
        self.pointer = pointer
        var reader = FormReader(value, at: pointer)
        id = reader.identifier("id", .app)
        name = reader.text("name", FormRules.name)
        accessKey = reader.text("accessKey", FormRules.accessKey)
        secretKey = reader.text("secretKey", FormRules.secretKey)
        isEnabled = reader.flag("enabled")
        if (reader.value("accessKey")?.isNull ?? true) != (reader.value("secretKey")?.isNull ?? true) {
            reader.report(
                nil,
                "tell both accessKey and secretKey, or neither: a new app's are made for it and shown once")
        }
        reader.finish()
        problems += reader.problems
    }
}

/// What may be told of a provider account.
struct AccountForm {
    let pointer: String
    var id: Identifier?
    var name: String?
    var connector: String?
    var isEnabled: Bool?
    var priority: Int?
    var methods: [String]?
    var settings: JSONObject?
    var callbackAddresses: [String]?
    /// `.some(nil)`: no proxy any more.
    var proxy: String??
    /// What is told of its limits, to be read by `AccountLimits`; `null` for a limit that goes.
    var limits: JSONObject = [:]

    private static let limitsMax = 50

    init(_ value: JSON, at pointer: String, _ problems: inout [FieldProblem]) {
        self.pointer = pointer
        var reader = FormReader(value, at: pointer)
        id = reader.identifier("id", .providerAccount)
        name = reader.text("name", FormRules.name)
        connector = reader.text("connector") { _ in nil }
        isEnabled = reader.flag("enabled")
        priority = reader.integer("priority", in: 0...10_000)
        methods = reader.texts("methods", max: 100, FormRules.method)
        settings = reader.object("settings")
        callbackAddresses = reader.texts("callbackAddresses", max: 100, FormRules.addressRange)
        if let value = reader.value("proxy") {
            proxy = .some(value.isNull ? nil : reader.text("proxy", FormRules.proxy))
        }
        for name in ["caps", "maintenance"] {
            limits[name] = reader.list(name, max: Self.limitsMax).map(JSON.array)
        }
        limits["lowBalance"] = reader.value("lowBalance")
        reader.finish()
        problems += reader.problems
    }
}

/// What makes a text acceptable; each gives what is wrong, and what would be right.
enum FormRules {
    static func name(_ text: String) -> String? {
        let letters = text.utf8
        let isGood = letters.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard (1...63).contains(letters.count), isGood, letters.first != UInt8(ascii: "-") else {
            return "must be 1 to 63 lower-case letters, digits and dashes, the first no dash"
        }
        return nil
    }

    static func displayName(_ text: String) -> String? {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
        guard (1...100).contains(text.count), text.utf8.count <= 400, isPlain else {
            return "must be 1 to 100 characters in one line"
        }
        return nil
    }

    static func accessKey(_ text: String) -> String? { key(text, 16...128) }

    /// It is stored as a plain SHA-256: what can be guessed must not get in.
    static func secretKey(_ text: String) -> String? { key(text, 32...128) }

    private static func key(_ text: String, _ count: ClosedRange<Int>) -> String? {
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            return
                "must be \(count.lowerBound) to \(count.upperBound) printable ASCII characters without spaces, "
                + "from a random source"
        }
        return nil
    }

    static func method(_ text: String) -> String? {
        if PaymentMethod(rawValue: text) != nil { return nil }
        return "must be one of: " + PaymentMethod.allCases.map(\.rawValue).joined(separator: ", ")
    }

    static func addressRange(_ text: String) -> String? {
        if text.utf8.count <= 64, AddressRange(text) != nil { return nil }
        return "must be an IP address or a range such as 203.0.113.0/24, with no bits set past the prefix"
    }

    static func proxy(_ text: String) -> String? {
        let rest = text.hasPrefix("http://") ? text.dropFirst(7) : ""
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let isHost =
            parts.first.map { host in
                !host.isEmpty && host.utf8.allSatisfy { (0x2d...0x2e).contains($0) || isAlphanumeric($0) }
            } ?? false
        guard text.utf8.count <= 255, parts.count == 2, isHost, let port = UInt16(parts[1]), port > 0 else {
            return "must be http://host:port, without a password"
        }
        return nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
