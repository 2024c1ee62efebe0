public import Core
internal import JSON

/// The router's ordered candidates for an order, with the reason for every account that was left out.
public struct Decision: Sendable, Hashable {
    /// How the candidates were put in order.
    public let strategy: String
    /// In the order in which they are to be tried.
    public let candidates: [Identifier]
    /// Everybody else.
    public let exclusions: [Exclusion]

    /// An account that was left out.
    public struct Exclusion: Sendable, Hashable {
        /// Which.
        public let account: Identifier
        /// Why.
        public let reason: ExclusionReason

        /// An exclusion.
        public init(account: Identifier, reason: ExclusionReason) {
            self.account = account
            self.reason = reason
        }
    }

    /// A decision.
    public init(strategy: String, candidates: [Identifier], exclusions: [Exclusion]) {
        self.strategy = strategy
        self.candidates = candidates
        self.exclusions = exclusions
    }

    /// As it is stored with the order, and shown to an operator.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("strategy", strategy)
        writer.key("candidates")
        writer.beginArray()
        for candidate in candidates { writer.string(candidate.text(.providerAccount)) }
        writer.endArray()
        writer.key("excluded")
        writer.beginArray()
        for exclusion in exclusions {
            writer.beginObject()
            writer.member("account", exclusion.account.text(.providerAccount))
            writer.member("reason", exclusion.reason.rawValue)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The candidates of a stored decision; empty where it cannot be read.
    public static func candidates(in json: [UInt8]) -> [Identifier] {
        guard let stored = try? JSON.parse(json), let list = stored["candidates"]?.arrayValue else {
            return []
        }
        return list.compactMap { $0.stringValue.flatMap { Identifier($0, .providerAccount) } }
    }
}

/// Why an account was no candidate.
public enum ExclusionReason: String, Sendable, Hashable, CaseIterable {
    /// Switched off.
    case disabled
    /// It is not used for this method.
    case methodNotOffered = "method_not_offered"
    /// Less than its provider takes.
    case amountBelowMinimum = "amount_below_minimum"
    /// More than its provider takes.
    case amountAboveMaximum = "amount_above_maximum"
    /// Not a multiple of what its provider takes.
    case amountStep = "amount_step"
    /// Its provider would find a field wrong.
    case requestInvalid = "request_invalid"
}
