internal import Connectors
public import Core
public import JSON
internal import Postgres
internal import Routing

/// Replays stored orders under a proposed document of rules, a bounded slice at a time. Changes nothing, asks no provider.
///
/// Eligibility is judged as accounts stand now, by what does not hang on the moment: switched on, method, amount, and
/// whether the request was wrong for the account when it came. What the moment told (breakers, balances, caps, maintenance,
/// the evidence of `adaptive` and `fastest`) is gone, and is left out.
public struct Backtest: Sendable {
    /// From when on orders were made.
    public let from: Timestamp
    /// Before when they were made.
    public let to: Timestamp
    let engine: Engine
    let directory: Directory
    let proposed: RoutingPlan
    private let standing: [PaymentMethod: [Contender]]

    /// From one end of the time to the other, in days.
    public static let daysMax: Int64 = 90
    /// Orders of a slice: a second or so.
    public static let sliceSize = 2000

    /// How far a backtest is.
    public struct Progress: Sendable {
        var tally = BacktestTally()
        var after: Identifier?
        /// Whether every order was replayed.
        public internal(set) var isComplete = false

        /// The beginning.
        public init() {}

        /// Orders that were looked at.
        public var orders: Int64 { tally.orders + tally.notSent + tally.unreadable }

        /// To go on from.
        public var json: JSON {
            ["after": after.map { .string($0.text(.transaction)) } ?? .null, "tally": tally.json]
        }

        /// Reads what `json` made; nil where it is anything else.
        public init?(json: JSON) {
            guard let after = json["after"]?.stringValue.flatMap({ Identifier($0, .transaction) }),
                let tally = json["tally"].flatMap(BacktestTally.init(json:))
            else { return nil }
            (self.after, self.tally) = (after, tally)
        }
    }

    /// A backtest of a document by the accounts and the rules in force now.
    ///
    /// - Throws: `invalid` where the document or the range is not right, with pointers below `/rules`, or to `/from` or `/to`.
    public init(
        _ engine: Engine, _ document: JSON, from: Timestamp, to: Timestamp
    ) throws(OrderError) {
        guard from < to else {
            throw .invalid([FieldProblem(pointer: "/from", detail: "must be before to")])
        }
        guard to - from <= .seconds(Self.daysMax * 86_400) else {
            throw .invalid([
                FieldProblem(pointer: "/to", detail: "must be at most \(Self.daysMax) days after from")
            ])
        }
        let directory = engine.directory.current
        do throws(RuleDocument.Invalid) {
            proposed = RoutingPlan(
                try RuleDocument(document, checkedAgainst: directory.names), directory.names)
        } catch {
            throw .invalid(
                error.problems.map { FieldProblem(pointer: "/rules" + $0.pointer, detail: $0.detail) })
        }
        (self.engine, self.directory, self.from, self.to) = (engine, directory, from, to)
        standing = Dictionary(
            uniqueKeysWithValues: PaymentMethod.allCases.map { method in
                (method, directory.accounts.map { $0.standing(for: method) })
            })
    }

    /// Replays the next slice.
    ///
    /// - Throws: `unavailable` where the database does not answer; the progress is as it was.
    public func advance(_ progress: inout Progress) async throws(OrderError) {
        guard !progress.isComplete else { return }
        var next = progress
        let before = Identifier(from: to)
        for _ in 0..<(Self.sliceSize / BacktestStore.pageSize) where !next.isComplete {
            let after = max(next.after ?? Identifier(from: from), Identifier(from: from))
            do throws(PostgresError) {
                let page = try await BacktestStore(database: engine.database).page(
                    after: after, before: before)
                for order in page.orders { replay(order, &next.tally) }
                (next.after, next.isComplete) = (page.last ?? next.after, page.last == nil)
            } catch { throw .unavailable }
        }
        progress = next
    }

    /// How much of the time was gone through, in per cent.
    public func percent(_ progress: Progress) -> Int {
        if progress.isComplete { return 100 }
        guard let reached = progress.after?.time, reached > from else { return 0 }
        return Int(min(99, (reached - from).microseconds / max(1, (to - from).microseconds / 100)))
    }

    private func replay(_ stored: BacktestStore.Stored?, _ tally: inout BacktestTally) {
        guard let stored, let question = question(stored) else { return tally.addUnreadable() }
        guard let first = stored.first else { return tally.addNotSent() }
        let order = ReplayedOrder(
            question, at: first.account, isSuccess: first.verdict(stored.method.direction),
            isPaid: stored.isPaid)
        let wrong = Decision.accounts(in: stored.decision, excludedFor: .requestInvalid)
        let contenders = (standing[stored.method] ?? []).map {
            wrong.contains($0.account) ? $0.withInvalidRequest : $0
        }
        tally.add(order, among: contenders, proposed: proposed, inForce: directory.plan)
    }

    /// As the rules looked at it. The counterparty is opened for its bank and its id at the merchant, and for nothing else.
    private func question(_ stored: BacktestStore.Stored) -> RoutingQuestion? {
        var question = RoutingQuestion(
            order: stored.id, merchant: stored.merchant, app: stored.app, method: stored.method,
            amount: stored.amount, time: stored.createdAt)
        if let sealed = stored.sealedCounterparty {
            guard let opened = try? engine.vault.open(sealed, for: .counterparty, id: stored.id),
                let counterparty = Counterparty(json: opened)
            else { return nil }
            (question.bank, question.customer) = (counterparty[.bankCode], counterparty[.userId])
        }
        question.metadata = RoutingQuestion.words(stored.metadata)
        return question
    }
}

extension Orders {
    /// Replays one slice more, for callers that keep the progress themselves.
    ///
    /// - Parameter progress: what the last call gave as `continue`; nothing at first.
    /// - Returns: the report so far, and with it `continue` until it is complete.
    public func backtest(
        _ document: JSON, from: Timestamp, to: Timestamp, continuing progress: JSON?
    ) async throws(OrderError) -> JSON {
        let backtest = try Backtest(engine, document, from: from, to: to)
        var reached = Backtest.Progress()
        if let progress {
            guard let told = Backtest.Progress(json: progress) else {
                throw .invalid([
                    FieldProblem(
                        pointer: "/continue", detail: "must be what the last call answered as continue")
                ])
            }
            reached = told
        }
        try await backtest.advance(&reached)
        var report = backtest.report(reached).objectValue ?? [:]
        report["continue"] = reached.isComplete ? .null : reached.json
        return .object(report)
    }
}

extension RoutingQuestion {
    /// An order's metadata as the rules compare it: numbers and truth values as they are spelled.
    static func words(_ metadata: JSONObject?) -> [Word] {
        (metadata?.members ?? []).compactMap { key, value in
            let truth = value.boolValue.map { $0 ? "true" : "false" }
            return (value.stringValue ?? value.numberText ?? truth).map { Word(key, $0) }
        }
    }
}

extension ProviderAccount {
    /// As routing sees it apart from what only a moment tells.
    fileprivate func standing(for method: PaymentMethod) -> Contender {
        let capability = methods.contains(method) ? descriptor.capability(method) : nil
        return Contender(
            account: id, isEnabled: isEnabled,
            limits: capability.map { Contender.Limits(amounts: $0.minimum...$0.maximum, step: $0.step) },
            priority: priority, isRequestInvalid: false)
    }
}

extension Contender {
    fileprivate var withInvalidRequest: Contender {
        Contender(
            account: account, isEnabled: isEnabled, limits: limits, priority: priority, isRequestInvalid: true
        )
    }
}

extension BacktestStore.Stored.First {
    /// Whether the account did its part, as routing learns it (`OrderRecord.report`): a payin once the payer had something to
    /// pay by, a payout once it arrived. Nil where that is open, or the failure was not the provider's.
    fileprivate func verdict(_ direction: Direction) -> Bool? {
        switch state {
        case .succeeded: return true
        case .accepted: return direction == .payin ? true : nil
        case .expired: return direction == .payin && isShown ? true : nil
        case .rejected, .failed:
            // Whether another account was worth a try is not stored: a limit counts as the customer's.
            let fault = reason.flatMap(Refusal.Reason.init(rawValue:))?.fault(worthAnotherAccount: false)
            return fault == .customer || fault == .ours ? nil : false
        case .preparing, .sending, .unknown: return nil
        }
    }
}
