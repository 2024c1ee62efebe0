public import Core
public import JSON

extension Standings {
    /// What was learned, for an operator: by method and account, with the banks that evidence was kept of.
    ///
    /// - Parameter name: what an account is called.
    public func shown(name: (Identifier) -> String) -> JSON {
        let methods = PaymentMethod.allCases.filter { method in
            scores.pools[method] != nil || standings.keys.contains { $0.method == method }
        }
        return .array(
            methods.map { method in
                let accounts = Set(
                    scores.pools[method]?.accounts.places.accounts ?? []
                ).union(standings.keys.filter { $0.method == method }.map(\.account))
                return [
                    "method": .string(method.rawValue),
                    "customersShare": .share(scores.pools[method]?.customers.share ?? 0),
                    "accounts": .array(
                        accounts.sorted().map { account in
                            .object(shown(account, name(account), method))
                        }),
                ]
            })
    }

    private func shown(_ account: Identifier, _ name: String, _ method: PaymentMethod) -> JSONObject {
        let standing = standings[Key(account: account, method: method)]
        var object: JSONObject = [
            "accountId": .string(account.text(.providerAccount)), "account": .string(name),
            "latencyMs": standing?.latency.milliseconds.map(JSON.int) ?? .null,
            "lastReportAt": standing.map { .string($0.lastAt.iso8601) } ?? .null,
        ]
        guard let pool = scores.pools[method] else { return object }
        object["score"] = pool.shown(account, bank: nil, settings)
        object["banks"] = .array(
            pool.banks.sorted { $0.key < $1.key }.compactMap { bank, group in
                group.places[account].map { _ in
                    ["bank": .string(bank), "score": pool.shown(account, bank: bank, settings)]
                }
            })
        return object
    }
}

extension AdaptiveScores.Pool {
    fileprivate func shown(_ account: Identifier, bank: String?, _ settings: AdaptiveSettings) -> JSON {
        let group = bank.flatMap { banks[$0] }
        let place = accounts.places[account]
        let bankPlace = group?.places[account]
        let view = view(
            accounts.places.index(of: account), in: group, group?.places.index(of: account),
            prior: rateTogether(settings), settings)
        let isDown = place?.evidence.isDown == true || bankPlace?.evidence.isDown == true
        return [
            "success": .share(view.success), "spread": .share(view.spread), "weight": .tenths(view.weight),
            "isDown": .bool(isDown), "reports": .int(Int64((bankPlace ?? place)?.evidence.seen ?? 0)),
        ]
    }
}

extension JSON {
    /// A share with four decimals.
    fileprivate static func share(_ value: Double) -> JSON { decimal(value, 4) }

    /// A number with one decimal.
    fileprivate static func tenths(_ value: Double) -> JSON { decimal(value, 1) }

    private static func decimal(_ value: Double, _ decimals: Int) -> JSON {
        JSONNumber(rounding: value, decimals: decimals).map(JSON.number) ?? .null
    }
}

extension AdaptiveSettings {
    /// Every constant with what it is, what it would be unless changed, its bounds and its reason.
    public var shown: JSON {
        .array(
            Self.constants.map { constant in
                [
                    "name": .string(constant.name), "value": .plain(self[constant]),
                    "standard": .plain(constant.standard), "minimum": .plain(constant.bounds.lowerBound),
                    "maximum": .plain(constant.bounds.upperBound), "reason": .string(constant.reason),
                ]
            })
    }
}

extension JSON {
    /// The shortest decimal that reads back as the same number.
    static func plain(_ value: Double) -> JSON {
        let whole = Int64(exactly: value).map(String.init)
        return JSONNumber(text: whole ?? "\(value)").map(JSON.number) ?? .null
    }
}
