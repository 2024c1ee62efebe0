internal import Connectors
internal import Core

/// Questions about several orders at once, where a provider takes them.
extension Executor {
    /// Sorts what is due into what is asked about together, by account, and what is handled alone.
    func bundles(of records: [OrderRecord]) -> (together: [[OrderRecord]], alone: [OrderRecord]) {
        let now = engine.clock.now()
        var alone: [OrderRecord] = []
        var byAccount: [Identifier: [OrderRecord]] = [:]
        for record in records {
            if record.view.state == .pending, let attempt = record.attempt, attempt.state == .accepted,
                let account = engine.directory.current.account(attempt.account),
                account.descriptor.bulkQueryMax > 1, engine.budgets.mayAskInBulk(account.id, now: now)
            {
                byAccount[account.id, default: []].append(record)
            } else {
                alone.append(record)
            }
        }
        var together: [[OrderRecord]] = []
        for (id, group) in byAccount {
            let most = engine.directory.current.account(id)?.descriptor.bulkQueryMax ?? 1
            if group.count == 1 { alone += group } else { together += group.chunks(of: most) }
        }
        return (together, alone)
    }

    /// Asks about all of them in one request, and writes what it brought; one by one, where that may not be.
    func poll(together held: [OrderRecord]) async {
        var asked: [OrderRecord] = []
        var payments: [Payment] = []
        for record in held {
            guard let attempt = record.attempt, let payment = try? engine.payment(of: record, attempt) else {
                _ = await poll(record)
                continue
            }
            var next = record
            next.polls += 1
            asked.append(next)
            payments.append(payment)
        }
        guard let id = asked.first?.attempt?.account, let account = engine.directory.current.account(id),
            let request = account.connector.bulkQuery(of: payments, at: engine.clock.now())
        else {
            // An account that does not ask so: from now on its orders are not bundled.
            if let id = asked.first?.attempt?.account {
                engine.budgets.bulkRefused(id, now: engine.clock.now())
            }
            return await oneByOne(held)
        }
        let askedAt = engine.clock.now()
        let answer: BulkAnswer
        switch await engine.call(request, of: account, once: false) {
        case .response(let response):
            answer = account.connector.outcomes(ofBulkQuery: response, of: payments, at: engine.clock.now())
            // It answers, and not as it should: that must not hide for ever what each one's own answer would tell.
            if case .unusable = answer, (200...299).contains(response.status) {
                engine.budgets.bulkRefused(id, now: engine.clock.now())
            }
        case .notSent(let why, let kind): answer = .unusable(ProviderAnswer.told(why, kind))
        case .lost(let why): answer = .unusable(why)
        }
        FaultPoint.reached("query_answered")
        switch answer {
        case .outcomes(let outcomes) where outcomes.count == asked.count:
            for (record, outcome) in zip(asked, outcomes) {
                _ = await learn(outcome, of: record, askedAt: askedAt)
            }
        case .notAllowed:
            engine.budgets.bulkRefused(id, now: engine.clock.now())
            await oneByOne(held)
        case .outcomes:
            for record in asked {
                _ = await learn(.unknown("an answer is missing"), of: record, askedAt: askedAt)
            }
        case .unusable(let why):
            for record in asked { _ = await learn(.unknown(why), of: record, askedAt: askedAt) }
        }
    }

    private func oneByOne(_ held: [OrderRecord]) async {
        for record in held { _ = await poll(record) }
    }
}

extension Array {
    fileprivate func chunks(of most: Int) -> [[Element]] {
        stride(from: 0, to: count, by: most).map { Array(self[$0..<Swift.min($0 + most, count)]) }
    }
}
