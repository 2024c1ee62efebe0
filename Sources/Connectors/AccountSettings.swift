public import Core
public import JSON

/// One thing that a provider account tells, as a connector declares it.
public struct AccountSetting: Sendable {
    /// In the configuration's `settings` object.
    public let name: String
    /// What it may be.
    public let kind: Kind
    /// Whether an account must tell it.
    public let isRequired: Bool
    /// What holds where it is not told, as it would be written.
    public let fallback: JSON?
    /// For people: what it is and where to get it.
    public let help: String

    /// Kinds of settings.
    public enum Kind: Sendable, Hashable {
        /// Text of 1 to `maxLength` characters.
        case text(maxLength: Int)
        /// Text that is sealed at rest and never shown.
        case secret(maxLength: Int)
        /// An absolute `http` or `https` URL without a trailing slash, query or fragment.
        case url
        /// A path that begins with a slash.
        case path
        /// A whole number.
        case integer(ClosedRange<Int64>)
        /// `true` or `false`.
        case boolean
        /// One of these words.
        case choice([String])
    }

    /// A setting.
    public init(
        _ name: String, _ kind: Kind, required: Bool = false, fallback: JSON? = nil, help: String
    ) {
        self.name = name
        self.kind = kind
        isRequired = required
        self.fallback = fallback
        self.help = help
    }

    /// Whether its value is a secret.
    public var isSecret: Bool {
        if case .secret = kind { true } else { false }
    }
}

/// An account's settings, checked against a connector's declaration: every declared setting that has a fallback or is
/// required is there, of the declared kind, and nothing else is.
public struct AccountSettings: Sendable {
    private let values: [String: JSON]

    /// Checks what was written against what is declared.
    ///
    /// - Throws: every problem found, with pointers below `/settings`; values are never repeated.
    public init(_ written: JSONObject, declared: [AccountSetting]) throws(FieldProblems) {
        var values: [String: JSON] = [:]
        var problems: [FieldProblem] = []
        for setting in declared {
            guard let value = written[setting.name], value != .null else {
                if let fallback = setting.fallback {
                    values[setting.name] = fallback
                } else if setting.isRequired {
                    problems.append(setting.problem("is missing: \(setting.help)"))
                }
                continue
            }
            if let wrong = setting.kind.complaint(about: value) {
                problems.append(setting.problem(wrong))
            } else {
                values[setting.name] = value
            }
        }
        for (name, _) in written.members where !declared.contains(where: { $0.name == name }) {
            let known = declared.map(\.name).joined(separator: ", ")
            problems.append(
                FieldProblem(
                    pointer: "/settings/" + Self.escaped(name),
                    detail: "is not a setting of this connector; known: \(known)"))
        }
        guard problems.isEmpty else { throw FieldProblems(problems) }
        self.values = values
    }

    /// A key as a JSON pointer has it (RFC 6901, section 3), cut where it is long.
    private static func escaped(_ key: String) -> String {
        key.prefix(100).map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
    }

    /// A text, secret, URL, path or choice; empty where it was not told.
    public func text(_ name: String) -> String { values[name]?.stringValue ?? "" }
    /// A text that may be left out.
    public func textIfPresent(_ name: String) -> String? { values[name]?.stringValue }
    /// A whole number that has a fallback or is required.
    public func integer(_ name: String) -> Int64 { values[name]?.int64 ?? 0 }
    /// A switch; off where it was not told.
    public func flag(_ name: String) -> Bool { values[name]?.boolValue ?? false }
}

/// Several problems at once: people mend a form in one go.
public struct FieldProblems: Error, Sendable, Hashable {
    /// At least one.
    public let problems: [FieldProblem]

    /// Problems.
    public init(_ problems: [FieldProblem]) { self.problems = problems }
}

extension AccountSetting {
    fileprivate func problem(_ detail: String) -> FieldProblem {
        FieldProblem(pointer: "/settings/\(name)", detail: detail)
    }
}

extension AccountSetting.Kind {
    /// What is wrong with a value, or `nil`.
    fileprivate func complaint(about value: JSON) -> String? {
        switch self {
        case .text(let most), .secret(let most):
            guard let text = value.stringValue, (1...most).contains(text.count) else {
                return "must be a text of 1 to \(most) characters"
            }
        case .url:
            guard let text = value.stringValue, Self.isBaseURL(text) else {
                return "must be an http or https URL without a trailing slash, query or fragment"
            }
        case .path:
            guard let text = value.stringValue, text.hasPrefix("/"), Self.isPlain(text), text.count <= 200
            else {
                return "must be a path that begins with a slash"
            }
        case .integer(let range):
            guard let number = value.int64, range.contains(number) else {
                return "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
        case .boolean:
            guard value.boolValue != nil else { return "must be true or false" }
        case .choice(let words):
            guard let text = value.stringValue, words.contains(text) else {
                return "must be one of: " + words.joined(separator: ", ")
            }
        }
        return nil
    }

    private static func isBaseURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix), text.count <= 300 else {
            return false
        }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty && !rest.hasPrefix("/") && !rest.hasSuffix("/") && isPlain(text)
            && !rest.contains("@")
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#")
        }
    }
}
