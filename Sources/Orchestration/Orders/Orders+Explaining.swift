internal import Connectors
public import Core
public import JSON
internal import Postgres
internal import Routing

/// A payment that nobody makes: for asking where it would go.
public struct RoutingCase: Sendable {
    /// How.
    public var method: PaymentMethod
    /// How much, in the method's currency.
    public var amount: Money
    /// Whose; nobody's where it is not told: conditions on merchants do not hold then.
    public var merchant: Identifier?
    /// Which program's.
    public var app: Identifier?
    /// The counterparty's bank.
    public var bank: String?
    /// The merchant's id of its customer.
    public var customer: String?
    /// The merchant's words.
    public var metadata: [(key: String, value: String)] = []
    /// When; now where it is not told.
    public var at: Timestamp?
    /// What chance is drawn from; a new one where it is not told.
    public var order: Identifier?
    /// Rules to go by instead of those in force.
    public var document: JSON?

    /// A case.
    public init(_ method: PaymentMethod, _ amount: Money) {
        self.method = method
        self.amount = amount
    }
}

extension Orders {
    /// Where a payment would go, and why: by the rules in force, or by others. Changes nothing, and asks no provider.
    ///
    /// - Throws: `invalid` where the document is not right, with pointers below `/rules`.
    public func simulate(_ described: RoutingCase) throws(OrderError) -> JSON {
        let directory = engine.directory.current
        var plan = directory.plan
        if let written = described.document {
            do throws(RuleDocument.Invalid) {
                plan = RoutingPlan(
                    try RuleDocument(written, checkedAgainst: directory.names), directory.names)
            } catch {
                throw .invalid(
                    error.problems.map { FieldProblem(pointer: "/rules" + $0.pointer, detail: $0.detail) })
            }
        }
        let now = engine.clock.now()
        let nobody = Identifier(high: 0, low: 0)
        var question = RoutingQuestion(
            order: described.order ?? Identifier(at: now), merchant: described.merchant ?? nobody,
            app: described.app ?? nobody, method: described.method, amount: described.amount.minor,
            time: described.at ?? now)
        question.bank = described.bank
        question.customer = described.customer
        question.metadata = described.metadata.map { RoutingQuestion.Word($0.key, $0.value) }
        let contenders = directory.accounts.map {
            engine.contender(
                $0, described.method, bank: described.bank, isRequestInvalid: false,
                at: question.time)
        }
        let decision = engine.decideInVain(question, among: contenders, by: plan)
        return explained((try? JSON.parse(decision.json)) ?? .null)
    }

    /// What this process has learned of the accounts, and the constants by which it does.
    public func scores() -> JSON {
        let standings = engine.learning.copy
        return [
            "methods": standings.shown(name: name), "constants": engine.directory.current.plan.adaptive.shown,
        ]
    }

    /// Why an order went where it went: the decision that was stored with it, and what each attempt came to.
    public func explain(_ id: Identifier) async throws(OrderError) -> JSON {
        let record: OrderRecord?
        let attempts: [AttemptSummary]
        let events: [OrderEvent]
        let shadow: [UInt8]?
        do throws(PostgresError) {
            record = try await store.order(id, merchant: nil)
            attempts = try await store.attempts(of: id)
            events = try await store.events(of: id)
            shadow = try await ShadowStore(engine.database).decision(of: id)
        } catch { throw .unavailable }
        guard let record else { throw .notFound }
        return [
            "txnId": .string(id.text(.transaction)), "status": .string(record.view.state.rawValue),
            "paymentMethodId": .string(record.view.method.rawValue),
            "amount": .string(record.view.amount.decimal),
            "createdAt": .string(record.view.createdAt.iso8601),
            "decision": explained((try? JSON.parse(record.decision)) ?? .null),
            "shadow": shadow.map { explained((try? JSON.parse($0)) ?? .null) } ?? .null,
            "attempts": .array(
                attempts.map { attempt in
                    [
                        "attempt": .int(Int64(attempt.ordinal)),
                        "accountId": .string(attempt.account.text(.providerAccount)),
                        "account": .string(name(of: attempt.account)), "state": .string(attempt.state),
                        "reason": attempt.reason.map(JSON.string) ?? .null,
                        "createdAt": .string(attempt.createdAt.iso8601),
                    ]
                }),
            "passedOver": .array(events.flatMap(passedOver)),
        ]
    }

    /// The candidates that might not take the order any more when their turn came.
    private func passedOver(at event: OrderEvent) -> [JSON] {
        let told = (try? JSON.parse(event.detail))?["passedOver"]?.arrayValue ?? []
        return told.compactMap(\.objectValue).map { exclusion in
            let account = exclusion["account"]?.stringValue ?? ""
            return [
                "at": .string(event.at.iso8601), "accountId": .string(account),
                "account": .string(name(of: account)), "reason": exclusion["reason"] ?? .null,
            ]
        }
    }

    /// A stored decision with the accounts' names.
    private func explained(_ decision: JSON) -> JSON {
        guard let stored = decision.objectValue else { return .null }
        var scores: [String: JSONObject] = [:]
        for score in stored["scores"]?.arrayValue ?? [] {
            guard let score = score.objectValue, let account = score["account"]?.stringValue else { continue }
            scores[account] = score.removing("account")
        }
        var told = stored.removing("scores")
        told["candidates"] = .array(
            (stored["candidates"]?.arrayValue ?? []).compactMap(\.stringValue).map { account in
                var entry: JSONObject = [
                    "accountId": .string(account), "account": .string(name(of: account)),
                ]
                for (key, value) in scores[account]?.members ?? [] { entry[key] = value }
                return .object(entry)
            })
        told["excluded"] = .array(
            (stored["excluded"]?.arrayValue ?? []).compactMap(\.objectValue).map { exclusion in
                let account = exclusion["account"]?.stringValue ?? ""
                return [
                    "accountId": .string(account), "account": .string(name(of: account)),
                    "reason": exclusion["reason"] ?? .null,
                ]
            })
        return .object(told)
    }

    private func name(of text: String) -> String { Identifier(text, .providerAccount).map(name) ?? text }

    private func name(of account: Identifier) -> String { engine.directory.current.name(of: account) }
}
