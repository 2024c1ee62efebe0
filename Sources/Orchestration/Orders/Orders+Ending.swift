public import Core
internal import JSON
internal import Postgres

/// How an operator ends a review.
public enum Resolution: String, Sendable, CaseIterable {
    /// The money moved.
    case succeeded
    /// It did not, and will not.
    case failed
    /// The state is right as it is.
    case keep
}

extension Orders {
    /// Takes an order back, while nothing can have been paid.
    public func cancel(_ id: Identifier, merchant: Identifier) async throws(OrderError) -> OrderView {
        try await change(id, merchant: merchant) { record throws(OrderError) in
            guard let change = record.cancellation(at: self.engine.clock.now()) else {
                throw OrderError.conflict(record.view.state)
            }
            return change
        }
    }

    /// Ends a review by an operator's decision, with who and why in the order's history.
    public func resolve(
        _ id: Identifier, as resolution: Resolution, by actor: String, why: String
    ) async throws(OrderError) -> OrderView {
        try await change(id, merchant: nil) { record throws(OrderError) in
            guard
                let change = record.resolution(
                    resolution, by: actor, why: why, at: self.engine.clock.now(),
                    nextLook: self.engine.nextLook(
                        at: record, polls: record.polls, now: self.engine.clock.now()))
            else { throw OrderError.conflict(record.view.state) }
            return change
        }
    }

    private func change(
        _ id: Identifier, merchant: Identifier?, _ compute: (OrderRecord) throws(OrderError) -> OrderChange
    ) async throws(OrderError) -> OrderView {
        for _ in 0..<5 {
            let change = try compute(try await stored(id, merchant: merchant))
            let isWritten: Bool
            do {
                isWritten = try await engine.write(change)
            } catch  where error.isUniqueViolation {
                // Another attempt of the order is open: two accounts may have it.
                throw .conflict(change.record.view.state)
            } catch {
                throw .unavailable
            }
            if isWritten { return engine.view(of: change.record) }
        }
        throw .unavailable
    }
}

extension OrderRecord {
    fileprivate func resolution(
        _ resolution: Resolution, by actor: String, why: String, at now: Timestamp, nextLook: Timestamp
    ) -> OrderChange? {
        guard view.review != nil else { return nil }
        // What is on its way right now nobody can decide about, and whoever sends it keeps the order until the lease ends.
        let isInFlight = attempt?.state == .sending || attempt?.state == .preparing
        guard resolution == .keep || !isInFlight else { return nil }
        var change = untouched(at: now, kind: "review_resolved", actor: "operator", holding: nil)
        change.record.view.review = nil
        change.event.detail = Self.detail {
            $0.member("resolution", resolution.rawValue)
            $0.member("by", actor)
            $0.member("why", why)
        }
        switch resolution {
        case .keep where !view.state.isTerminal && attempt?.state == .failed:
            // What its provider has said meanwhile waited for this.
            change.record.view.state = .failed
            change.record.view.reason = attempt?.reason
            change.record.view.reasonDetail = why
        case .keep:
            change.due = view.state.isTerminal ? nil : isInFlight ? due : nextLook
            return change
        case .succeeded:
            guard view.state != .reversed, attempt != nil else { return nil }
            change.record.attempt?.state = .succeeded
            change.record.view.state = .succeeded
            change.record.view.reason = nil
            change.record.view.reasonDetail = nil
        case .failed:
            guard view.state != .succeeded, view.state != .reversed else { return nil }
            if change.record.attempt?.state.isOpen == true { change.record.attempt?.state = .failed }
            change.record.view.state = .failed
            change.record.view.reason = Refusal.Reason.operatorDecision.rawValue
            change.record.view.reasonDetail = why
        }
        change.record.view.finishedAt = view.finishedAt ?? now
        change.due = nil
        return change
    }
}
