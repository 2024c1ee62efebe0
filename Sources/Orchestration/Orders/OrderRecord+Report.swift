internal import Core
internal import Routing

extension OrderRecord {
    /// What news says of the account of the newest attempt, for routing to learn from; `nil` where it says nothing that was not
    /// said before, or a person has said it.
    ///
    /// An attempt is reported when its provider has done its part or failed at it: a payin once the payer has something to pay
    /// by, since whether it is paid is the payer's; a payout once it has arrived. An answer that was lost is reported at
    /// once, and the success again that comes after it.
    func report(
        on outcome: Outcome, from before: AttemptState, to after: AttemptState, _ context: NewsContext
    ) -> AttemptReport? {
        guard before != after, context.isNewest, context.source != .operator, let attempt else { return nil }
        let verdict: AttemptReport.Verdict?
        switch (after, outcome) {
        case (.unknown, _): verdict = .timeout
        case (.accepted, _): verdict = view.method.direction == .payin ? .success : nil
        case (.succeeded, _):
            let isReported = before == .accepted && view.method.direction == .payin || before == .expired
            verdict = isReported ? nil : .success
        case (.rejected, .rejected(let refusal)) where before != .unknown, (.failed, .failed(let refusal)):
            verdict = AttemptReport.Verdict(refusal)
        default: verdict = nil
        }
        guard let verdict else { return nil }
        let begun = attempt.sentAt ?? attempt.createdAt
        let isMeasured = verdict == .success && before != .unknown
        return AttemptReport(
            account: attempt.account, method: view.method, bank: Decision.bank(in: decision),
            verdict: verdict,
            latency: isMeasured ? (context.now - begun).milliseconds : nil, at: context.now,
            begun: begun)
    }
}

extension AttemptReport.Verdict {
    fileprivate init?(_ refusal: Refusal) {
        switch refusal.fault {
        case .ours: return nil
        case .customer: self = .customer
        case .provider: self = refusal.worthAnotherAccount ? .failure : .finalFailure
        }
    }
}
