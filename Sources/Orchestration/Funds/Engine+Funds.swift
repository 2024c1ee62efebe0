internal import Connectors
internal import Core
internal import Postgres
internal import Routing

/// Commits that money hangs on.
extension Engine {
    /// Commits an attempt: what it may pay out is held, its caps count it, and the statement is told what it takes of them.
    ///
    /// - Throws: where `isCapReached`, a cap has no room, nothing was committed, and what is left of it is known again.
    func commit<Written: Sendable>(
        _ attempt: AttemptRecord?, _ method: PaymentMethod, _ amount: Money,
        _ write: (CapShare?) async throws(PostgresError) -> Written
    ) async throws(PostgresError) -> Written {
        guard let attempt else { return try await write(nil) }
        let share = try await share(of: attempt.account, method, at: attempt.createdAt)
        if let reserved = attempt.reserved {
            funds.balances.reserve(reserved, for: attempt.id, of: attempt.account)
        }
        do throws(PostgresError) {
            let written = try await write(share)
            funds.balances.commit(attempt.id)
            if let share { funds.caps.note(share, amount: amount.minor) }
            return written
        } catch {
            if error.mayHaveCommitted {
                funds.balances.commit(attempt.id)
            } else {
                funds.balances.release(attempt.id)
            }
            if error.isCapReached { await refreshCaps() }
            throw error
        }
    }

    /// What an attempt takes of its account's caps, their rows made; `nil` where it has none.
    private func share(
        of id: Identifier, _ method: PaymentMethod, at time: Timestamp
    ) async throws(PostgresError) -> CapShare? {
        guard let account = directory.current.account(id) else { return nil }
        var places: [Cap.Period: CapShare.Place] = [:]
        for (key, cap) in account.capKeys(method, at: time) {
            try await make(key, account)
            places[key.period] = CapShare.Place(
                startsAt: key.startsAt, amount: cap.amount, payments: cap.payments)
        }
        return places.isEmpty ? nil : CapShare(account: id, method: method, places: places)
    }

    private func make(_ key: CapKey, _ account: ProviderAccount) async throws(PostgresError) {
        guard funds.caps.usage(key) == nil else { return }
        let end = key.period.range(at: key.startsAt, offset: account.descriptor.utcOffset).upperBound
        let made = await funds.caps.making.run(key, on: reactor) { () async -> Result<Void, PostgresError> in
            let now = clock.now()
            do throws(PostgresError) {
                try await CapStore(database: database).make(key, until: end, at: now)
                funds.caps.noteMade(key, at: now)
                return .success(())
            } catch { return .failure(error) }
        }
        try made.get()
    }

    /// Where an attempt counts, whatever caps there are now, and whether its account can be used: for what is given back, or taken
    /// in any case.
    func share(of attempt: AttemptRecord, _ method: PaymentMethod) -> CapShare? {
        guard let offset = directory.current.utcOffset(of: attempt.account) else { return nil }
        let places = Cap.Period.allCases.map { period in
            let range = period.range(at: attempt.createdAt, offset: offset)
            return (period, CapShare.Place(startsAt: range.lowerBound))
        }
        return CapShare(
            account: attempt.account, method: method, places: Dictionary(uniqueKeysWithValues: places))
    }

    /// What a payout at an account takes of the balance that its provider tells; `nil`: there is nothing to take it of.
    func reservation(_ account: Identifier, _ method: PaymentMethod, _ amount: Money) -> Int64? {
        guard method.direction == .payout else { return nil }
        return directory.current.account(account)?.balanceCurrency == method.currency ? amount.minor : nil
    }

    /// Writes a change, with what it does to what its attempt took of caps.
    func write(_ change: OrderChange) async throws(PostgresError) -> Bool {
        let record = change.record
        let sign = change.capSign
        let share = sign == 0 ? nil : record.attempt.flatMap { self.share(of: $0, record.view.method) }
        let isWritten = try await OrderStore(database: database).write(change, counting: share)
        if isWritten, let share { funds.caps.note(share, sign: sign, amount: record.view.amount.minor) }
        return isWritten
    }
}

/// Keeping what is known fresh.
extension Engine {
    /// How long after the first payment under a cap its count is made anew: by then every process counts.
    private static let recountAfter: Duration = .seconds(10)

    /// Reads the accounts' room and money anew, and makes the rows of caps that are new.
    func refreshFunds() async {
        await readFunds()
        for account in directory.current.accounts {
            for cap in account.limits.caps { try? await make(account.key(cap, at: clock.now()), account) }
        }
        for key in funds.caps.unchecked(madeBefore: clock.now() - Self.recountAfter) {
            guard let account = directory.current.account(key.account) else { continue }
            let end = key.period.range(at: key.startsAt, offset: account.descriptor.utcOffset).upperBound
            try? await CapStore(database: database).recount(key, until: end)
        }
    }

    /// Reads the accounts' room and money anew; where the database does not answer, what was read before stays.
    public func readFunds() async {
        await refreshCaps()
        await refreshBalances()
    }

    /// One small query, where any account has caps.
    func refreshCaps() async {
        let capped = directory.current.accounts.filter { !$0.limits.caps.isEmpty }.map(\.id)
        let usage: [CapKey: CapUsage]?
        if capped.isEmpty {
            usage = [:]
        } else {
            usage = try? await CapStore(database: database).usage(of: capped, at: clock.now())
        }
        if let usage { funds.caps.replace(usage) }
    }

    /// One small query, where any account's provider tells something.
    func refreshBalances() async {
        let telling = directory.current.accounts.filter(\.tellsMore).map(\.id)
        guard !telling.isEmpty else { return }
        let mark = funds.balances.mark()
        let store = AccountStatusStore(database: database)
        guard let known = try? await store.known(of: telling) else { return }
        funds.balances.replace(known, asOf: mark)
    }
}
