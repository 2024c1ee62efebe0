internal import Connectors
internal import Core
internal import Reactor
internal import Routing

/// Balances that cannot wait for the next look.
extension Engine {
    /// How long a payment waits for a provider to tell a balance.
    private static let patience: Duration = .seconds(3)

    /// Asks the providers of all of them at once, and returns when all have told, or after a while. However many payments wait,
    /// a provider is asked once.
    func askForBalances(of accounts: [Identifier]) async {
        guard !accounts.isEmpty else { return }
        let end = clock.now() + Self.patience
        // Others may have asked since this process last read.
        await refreshBalances()
        await withTaskGroup(of: Void.self) { group in
            for id in accounts {
                guard let account = directory.current.account(id), !isKnown(account) else { continue }
                group.addTask(executorPreference: reactor) {
                    await funds.balances.questions.run(id, on: reactor) {
                        let delay = funds.balances.questionDelay(id, at: clock.now())
                        if delay > .zero { await reactor.sleep(for: delay) }
                        if !isKnown(account) { await askForBalance(of: account, until: end) }
                    }
                }
            }
        }
        await refreshBalances()
    }

    /// A provider that refuses a payout for want of money knows better than its last balance: it is asked again at once.
    func doubtBalance(after outcome: Outcome, of record: OrderRecord) {
        guard outcome.refusalReason == .insufficientBalance, let id = record.attempt?.account,
            let account = directory.current.account(id), account.balanceCurrency != nil
        else { return }
        funds.balances.suspect(id, at: clock.now())
        reactor.spawn {
            await askForBalance(of: account, until: nil)
            await refreshBalances()
        }
    }

    private func isKnown(_ account: ProviderAccount) -> Bool {
        funds.balances.funds(of: account.id, since: clock.now() - settings.balanceLifetime) != .unknown
    }

    private func askForBalance(of account: ProviderAccount, until end: Timestamp?) async {
        guard let currency = account.balanceCurrency else { return }
        let askedAt = clock.now()
        guard let balance = await balance(of: account, currency, until: end).0 else { return }
        try? await AccountStatusStore(database: database).write(
            balance: balance, of: account.id, askedAt: askedAt, holdsPayouts: account.descriptor.holdsPayouts)
    }
}
