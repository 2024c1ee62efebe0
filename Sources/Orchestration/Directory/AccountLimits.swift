public import Connectors
public import Core
public import JSON
public import Routing

/// What its owner lets an account take, beside what its provider allows.
public struct AccountLimits: Sendable, Hashable {
    /// The most in a day and in a month.
    public let caps: [Cap]
    /// When it is out of use by plan.
    public let maintenance: Maintenance
    /// Below this a person is to top the account up.
    public let lowBalance: Money?

    /// No limits.
    public static let none = AccountLimits(caps: [])

    /// Limits.
    public init(caps: [Cap], maintenance: Maintenance = .none, lowBalance: Money? = nil) {
        self.caps = caps
        self.maintenance = maintenance
        self.lowBalance = lowBalance
    }

    /// Reads them as they were written, for an account of a connector.
    ///
    /// - Throws: every problem, with pointers that begin with `pointer`.
    public init(
        _ written: JSONObject, for descriptor: ConnectorDescriptor, at pointer: String = ""
    ) throws(LimitProblems) {
        var problems: [FieldProblem] = []
        let caps = Self.read("caps", written, pointer, &problems, Cap.list) ?? []
        for (index, cap) in caps.enumerated() where descriptor.capability(cap.method) == nil {
            let known = descriptor.methods.map(\.method.rawValue).joined(separator: ", ")
            problems.append(
                FieldProblem(
                    pointer: "\(pointer)/caps/\(index)/method",
                    detail: "is not a method of \(descriptor.name); known: \(known)"))
        }
        let maintenance = Self.read("maintenance", written, pointer, &problems, Maintenance.read)
        let low = Self.lowBalance(written["lowBalance"], descriptor, "\(pointer)/lowBalance", &problems)
        guard problems.isEmpty else { throw LimitProblems(list: problems) }
        self.init(caps: caps, maintenance: maintenance ?? .none, lowBalance: low)
    }

    private static func read<Wanted>(
        _ name: String, _ written: JSONObject, _ pointer: String, _ problems: inout [FieldProblem],
        _ make: ([JSON], String) throws(LimitProblems) -> Wanted
    ) -> Wanted? {
        guard let value = written[name], !value.isNull else { return nil }
        do throws(LimitProblems) {
            return try make(value.arrayValue ?? [], "\(pointer)/\(name)")
        } catch {
            problems += error.list
            return nil
        }
    }

    private static func lowBalance(
        _ written: JSON?, _ descriptor: ConnectorDescriptor, _ pointer: String,
        _ problems: inout [FieldProblem]
    ) -> Money? {
        guard let written, !written.isNull else { return nil }
        guard let currency = descriptor.payoutCurrency else {
            problems.append(
                FieldProblem(pointer: pointer, detail: "is for payouts, which \(descriptor.name) has not"))
            return nil
        }
        let money = written.stringValue.flatMap {
            $0.utf8.count <= 32 ? try? Money(decimal: $0, currency) : nil
        }
        guard let money, money.minor > 0 else {
            problems.append(
                FieldProblem(
                    pointer: pointer,
                    detail: "must be an amount of \(currency.code) such as \"10000.00\", or null for none"))
            return nil
        }
        return money
    }

    /// As they are stored and shown.
    public var json: JSONObject {
        var object: JSONObject = [:]
        if !caps.isEmpty { object["caps"] = .array(caps.map(\.json)) }
        if maintenance != .none { object["maintenance"] = maintenance.json }
        object["lowBalance"] = lowBalance.map { .string($0.decimal) }
        return object
    }
}

extension ConnectorDescriptor {
    /// What its payouts are in, and so the balance that covers them: the first by code, where there are several.
    var payoutCurrency: Currency? {
        methods.map(\.method).filter { $0.direction == .payout }.map(\.currency).min { $0.code < $1.code }
    }
}
