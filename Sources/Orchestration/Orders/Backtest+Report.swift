internal import Core
public import JSON
internal import Routing

extension Backtest {
    /// What a backtest found so far, for programs; docs/routing.md has the members.
    public func report(_ progress: Progress) -> JSON {
        let tally = progress.tally
        return [
            "from": .string(from.iso8601), "to": .string(to.iso8601), "complete": .bool(progress.isComplete),
            "percent": .int(Int64(percent(progress))),
            "orders": .int(tally.orders), "moved": .int(tally.moved),
            "leftOut": ["notSent": .int(tally.notSent), "unreadable": .int(tally.unreadable)],
            "inForce": [
                "revision": .int(directory.plan.revision ?? 0), "differing": .int(tally.differing),
            ],
            "moves": .array(sortedMoves(tally).map { move, sums in json(move, sums, tally) }),
            "rules": .array(rules(tally)),
            "costs": .array(
                costs(tally, by: "proposed", \.proposed)
                    // A document without costs has nothing to say.
                    + costs(tally, by: "in_force", \.inForce).filter { $0["orders"]?.int64 != 0 }),
            "evidence": .array(evidence(tally)), "success": success(tally.outlook),
            "assumptions": .array(assumptions(tally).map(JSON.string)),
        ]
    }

    private func name(_ account: Identifier?) -> JSON {
        account.map { .string(directory.name(of: $0)) } ?? .null
    }

    private func id(_ account: Identifier?) -> JSON {
        account.map { .string($0.text(.providerAccount)) } ?? .null
    }

    /// The greatest first.
    private func sortedMoves(_ tally: BacktestTally) -> [(BacktestTally.Move, BacktestTally.Sums)] {
        tally.moves.map { ($0.key, $0.value) }.sorted { left, right in
            (right.1.orders, left.0.method.rawValue, left.0.from, left.0.to ?? left.0.from)
                < (left.1.orders, right.0.method.rawValue, right.0.from, right.0.to ?? right.0.from)
        }
    }

    private func json(
        _ move: BacktestTally.Move, _ sums: BacktestTally.Sums, _ tally: BacktestTally
    ) -> JSON {
        let currency = move.method.currency
        return [
            "paymentMethodId": .string(move.method.rawValue), "currencyId": .string(currency.code),
            "fromAccountId": id(move.from), "fromAccount": name(move.from), "toAccountId": id(move.to),
            "toAccount": name(move.to), "moved": .bool(move.isMove), "orders": .int(sums.orders),
            "amount": .string(Money(minor: sums.amount, currency).decimal),
            "success": tally.difference(move).map { $0.json(decimals: 4) } ?? .null,
        ]
    }

    private func rules(_ tally: BacktestTally) -> [JSON] {
        tally.rules.sorted { ($1.value.orders, $0.key.name ?? "") < ($0.value.orders, $1.key.name ?? "") }.map
        {
            rule, share in
            [
                "rule": rule.name.map(JSON.string) ?? .null, "strategy": .string(rule.strategy.rawValue),
                "orders": .int(share.orders), "moved": .int(share.moved),
            ]
        }
    }

    /// What the paid orders that move cost before and after, by one document's table, in each currency.
    private func costs(
        _ tally: BacktestTally, by document: String,
        _ costs: KeyPath<BacktestTally.Sums, BacktestTally.Costs>
    ) -> [JSON] {
        Currency.all.compactMap { currency in
            var (known, paid, before, after): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
            for (move, sums) in tally.moves where move.isMove && move.method.currency == currency {
                let part = sums[keyPath: costs]
                (known, paid) = (known &+ part.orders, paid &+ sums.paid)
                before = before.addingReportingOverflow(part.before).partialValue
                after = after.addingReportingOverflow(part.after).partialValue
            }
            guard paid > 0 else { return nil }
            let text = { (minor: Int64) in JSON.string(Money(minor: minor, currency).decimal) }
            return [
                "by": .string(document), "currencyId": .string(currency.code), "orders": .int(known),
                "unknown": .int(paid - known), "before": text(before), "after": text(after),
                "difference": text(after &- before),
            ]
        }
    }

    private func evidence(_ tally: BacktestTally) -> [JSON] {
        tally.evidence.sorted { left, right in
            (left.key.method.rawValue, directory.name(of: left.key.account))
                < (right.key.method.rawValue, directory.name(of: right.key.account))
        }
        .map { place, seen in
            [
                "accountId": id(place.account), "account": name(place.account),
                "paymentMethodId": .string(place.method.rawValue), "attempts": .int(seen.trials),
                "succeeded": .int(seen.successes),
                "rate": seen.estimate.map { $0.json(decimals: 4) } ?? .null,
            ]
        }
    }

    private func success(_ outlook: BacktestTally.Outlook) -> JSON {
        [
            "orders": .int(outlook.orders), "noEvidence": .int(outlook.noEvidence),
            "gain": outlook.gain.map { $0.json(decimals: 1) } ?? .null,
        ]
    }

    /// What a reader must know to make anything of the figures.
    private func assumptions(_ tally: BacktestTally) -> [String] {
        var said = [
            "Accounts are judged as they stand now, by what does not hang on the moment: switched on, method, amount, and requests that were wrong for them when they came. Breakers, balances, caps and maintenance of that time are not replayed.",
            "An order counts where its first attempt went; failover after it is not replayed.",
            "Costs are of orders that were paid, at the first account before and after, both by the same document.",
            "Success is what first attempts of these orders came to, for each account and method, as routing learns it: a payin succeeds once the payer has something to pay by, a payout once it arrives; only a provider's failures count. Orders that went elsewhere may have been easier or harder. Intervals are 95 %: Wilson 1927, Newcombe 1998.",
        ]
        let unmeasured = tally.rules.keys.filter { $0.strategy == .adaptive || $0.strategy == .fastest }
        if !unmeasured.isEmpty {
            said.append(
                "What adaptive and fastest went by at that time is not replayed: their rules put candidates in the rule's order here, else by the accounts' priority."
            )
        }
        return said
    }
}

extension Estimate {
    /// Its three numbers, rounded to so many places.
    fileprivate func json(decimals: Int) -> JSON {
        ["value": value.json(decimals), "low": low.json(decimals), "high": high.json(decimals)]
    }
}

extension Double {
    fileprivate func json(_ decimals: Int) -> JSON {
        JSONNumber(rounding: self, decimals: decimals).map(JSON.number) ?? .null
    }
}

extension Directory {
    /// What an account is called, whether it works or not; its id where it is gone.
    func name(of account: Identifier) -> String {
        self.account(account)?.name ?? unusableAccounts.first { $0.id == account }?.name
            ?? account.text(.providerAccount)
    }
}
