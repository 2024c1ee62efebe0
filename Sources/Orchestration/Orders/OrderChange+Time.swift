internal import Core
internal import JSON
internal import Routing

/// Changes that time brings, not a provider.
extension OrderRecord {
    /// Ends a payin whose time is over, on the provider's word that it was not paid; or that it was never there, since
    /// then nobody was shown anything to pay. An attempt without such a word goes on being asked about.
    func expiry(on outcome: Outcome, at now: Timestamp, grace: Duration) -> OrderChange? {
        guard view.method.direction == .payin, let expiresAt = view.expiresAt, now >= expiresAt + grace else {
            return nil
        }
        switch (attempt?.state, outcome) {
        case (.accepted, .accepted), (.sending, .notFound), (.unknown, .notFound), (.unknown, .accepted):
            return ended(.expired, at: now, kind: "expired", holding: fence)
        default: return nil
        }
    }

    /// Ends a quote that was not used in time.
    func quoteExpiry(at now: Timestamp) -> OrderChange? {
        guard view.state == .initiated, let expiresAt = view.expiresAt, now >= expiresAt else { return nil }
        return ended(.expired, at: now, kind: "expired", holding: fence)
    }

    /// Takes back an order of which nothing was sent.
    func cancellation(at now: Timestamp) -> OrderChange? {
        guard view.state == .initiated else { return nil }
        return ended(.cancelled, at: now, kind: "cancelled", actor: "merchant", holding: nil)
    }

    /// Ends an order that has no candidate left and no open attempt.
    ///
    /// - Parameter passedOver: those that might not take it, and why.
    func exhaustion(at now: Timestamp, passedOver: [Decision.Exclusion] = []) -> OrderChange? {
        guard view.state == .processing, attempt?.state.isOpen != true else { return nil }
        var change = ended(.failed, at: now, kind: "failed", holding: fence)
        change.record.view.reason = Refusal.Reason.noRoute.rawValue
        change.record.view.reasonDetail = "no other provider account can take it now"
        change.event.detail = Self.detail { $0.passedOver(passedOver) }
        return change
    }

    /// Calls a person, beside the state, where a provider has not decided for long; polling goes on.
    func reviewOfUndecided(after delay: Duration, now: Timestamp, nextLook: Timestamp) -> OrderChange? {
        guard view.review == nil, let attempt, attempt.state == .unknown || attempt.state == .accepted,
            now - (attempt.sentAt ?? attempt.createdAt) >= delay
        else { return nil }
        var change = untouched(at: now, kind: "review_raised", actor: "causeway", holding: fence)
        change.record.view.review = ReviewReason.outcomeUnknown.rawValue
        change.due = nextLook
        change.event.detail = Self.detail { $0.member("review", ReviewReason.outcomeUnknown.rawValue) }
        return change
    }

    /// The order as it is, in its next version.
    func untouched(at now: Timestamp, kind: String, actor: String, holding: Int?) -> OrderChange {
        var next = self
        next.view.version += 1
        next.view.updatedAt = now
        return OrderChange(
            record: next, versionBefore: view.version, holding: holding, due: due,
            event: OrderChange.Event(kind: kind, actor: actor, detail: Array("{}".utf8)),
            stateBefore: view.state, attemptBefore: attempt?.state)
    }

    private func ended(
        _ state: OrderState, at now: Timestamp, kind: String, actor: String = "causeway", holding: Int?
    ) -> OrderChange {
        var change = untouched(at: now, kind: kind, actor: actor, holding: holding)
        change.record.view.state = state
        change.record.view.finishedAt = now
        change.due = nil
        if change.record.attempt?.state.isOpen == true { change.record.attempt?.state = .expired }
        if change.record.view.review == ReviewReason.outcomeUnknown.rawValue {
            change.record.view.review = nil
        }
        return change
    }

    static func detail(_ fill: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        fill(&writer)
        writer.endObject()
        return writer.bytes
    }
}
