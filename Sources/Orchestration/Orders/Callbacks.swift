public import Connectors
public import Core
internal import Cryptography
internal import JSON
internal import Postgres
internal import Routing

/// How a callback is to be answered.
public enum CallbackReply: Sendable {
    /// It is committed: HTTP 200 in the provider's own words.
    case acknowledged(CallbackAcknowledgement)
    /// It is not believed, and nothing of it was used.
    case refused(CallbackRefusal)
    /// No such account.
    case unknownAccount
    /// It came from an address that is not the provider's.
    case addressRefused
    /// It could not be committed, or came before it can be judged: the provider is to repeat it.
    case unavailable
}

/// Takes the providers' callbacks. One for each reactor, to be called on it.
public final class Callbacks: Sendable {
    private let engine: Engine
    private let store: OrderStore
    private let agenda: Agenda

    /// - Parameter agenda: of the same reactor's worker.
    public init(_ engine: Engine, agenda: Agenda) {
        self.engine = engine
        self.agenda = agenda
        store = OrderStore(database: engine.database)
    }

    /// Verifies a callback, and commits what it tells before it is acknowledged.
    ///
    /// - Parameter address: where it came from, as text.
    public func receive(
        _ request: CallbackRequest, for accountID: Identifier, from address: String
    ) async -> CallbackReply {
        let directory = engine.directory.current
        guard let account = directory.account(accountID) else {
            // One whose settings do not work just now will be asked for again.
            return directory.unusableAccounts.contains { $0.id == accountID } ? .unavailable : .unknownAccount
        }
        guard
            account.callbackAddresses.isEmpty
                || account.callbackAddresses.contains(where: { $0.contains(address) })
        else { return .addressRefused }
        let news: CallbackNews
        do {
            news = try account.connector.callback(request, at: engine.clock.now())
        } catch {
            return .refused(error)
        }
        do {
            guard try await commit(news, request.body, account) else { return .unavailable }
        } catch {
            return .unavailable
        }
        FaultPoint.reached("callback_committed")
        return .acknowledged(account.connector.acknowledgement(of: news))
    }

    private func commit(_ news: CallbackNews, _ body: [UInt8], _ account: ProviderAccount) async throws
        -> Bool
    {
        let evidence = CallbackEvidence(
            account: account.id, digest: Digest.sha256(body), reference: String(news.reference.prefix(128)),
            sealedBody: try engine.vault.seal(body, for: .callback, id: account.id))
        for _ in 0..<8 {
            let found = try await store.addressee(
                ofReference: news.reference, account: account.id, digest: evidence.digest)
            guard let found else {
                try await store.keep(evidence, of: nil, at: engine.clock.now())
                return true
            }
            if found.isRepeat { return true }
            guard let change = try change(of: found, by: news, evidence, account) else {
                if isTooEarly(news, found.record) { return false }
                try await store.keep(evidence, of: found.record.view.id, at: engine.clock.now())
                return true
            }
            if try await engine.write(change) {
                if change.report != nil { engine.learning.noteReport() }
                agenda.note(change.due, now: engine.clock.now())
                return true
            }
        }
        return false
    }

    private func change(
        of found: OrderStore.Addressee, by news: CallbackNews, _ evidence: CallbackEvidence,
        _ account: ProviderAccount
    ) throws -> OrderChange? {
        let record = found.record
        let now = engine.clock.now()
        if record.attempt?.account != account.id { return record.review(.accountMismatch, evidence, at: now) }
        if let direction = news.direction, direction != record.view.method.direction {
            return record.review(.contradiction, evidence, at: now)
        }
        if isTooEarly(news, record) { return nil }
        if contradictsAmount(news, record) { return record.review(.amountMismatch, evidence, at: now) }
        let succession =
            found.isNewest && news.outcome.mayGoOn
            ? engine.succession(of: record, refusedFor: news.outcome.refusalReason) : nil
        let context = NewsContext(
            source: .callback, now: now, isNewest: found.isNewest,
            hasNext: succession?.next != nil, passedOver: succession?.passedOver ?? [],
            nextLook: engine.nextLook(at: record, polls: record.polls, now: now), evidence: evidence)
        return record.change(on: news.outcome.with(news.providerReference), context)
    }

    /// What did not happen is told of the right amount too, or it is told of something else. (A success in another
    /// amount is the transition's to judge.)
    private func contradictsAmount(_ news: CallbackNews, _ record: OrderRecord) -> Bool {
        if case .succeeded = news.outcome { return false }
        guard record.view.method.direction == .payout || record.view.payable != nil else { return false }
        return news.amount.map { $0 != record.dueAmount } ?? false
    }

    /// A payment that came in before the provider told us its exact amount cannot be judged yet: once the answer to
    /// our own request is in, the repeated callback or the next question settles it.
    private func isTooEarly(_ news: CallbackNews, _ record: OrderRecord) -> Bool {
        guard case .succeeded(let settlement) = news.outcome, record.view.method.direction == .payin,
            record.view.payable == nil, record.attempt?.state == .sending || record.attempt?.state == .unknown
        else { return false }
        return settlement.amount.map { $0 != record.view.amount } ?? false
    }
}

extension OrderRecord {
    /// Raises a review and changes nothing else.
    fileprivate func review(
        _ reason: ReviewReason, _ evidence: CallbackEvidence, at now: Timestamp
    ) -> OrderChange {
        var change = untouched(at: now, kind: "review_raised", actor: "provider", holding: nil)
        change.record.view.review = reason.rawValue
        change.evidence = evidence
        change.event.detail = Self.detail {
            $0.member("review", reason.rawValue)
            $0.member("account", evidence.account.text(.providerAccount))
        }
        return change
    }
}

extension Outcome {
    /// The outcome with the provider's number that came beside it.
    fileprivate func with(_ reference: String?) -> Outcome {
        guard let reference else { return self }
        switch self {
        case .accepted(var acceptance):
            acceptance.providerReference = acceptance.providerReference ?? reference
            return .accepted(acceptance)
        case .succeeded(var settlement):
            settlement.providerReference = settlement.providerReference ?? reference
            return .succeeded(settlement)
        case .rejected, .failed, .notFound, .unknown: return self
        }
    }
}
