internal import Core
public import JSON

extension BacktestTally {
    /// More than any installation's orders, and far from where sums end.
    private static let countMax: Int64 = 1_000_000_000_000
    /// Lines of each kind.
    private static let linesMax = 2000

    /// For whoever goes on with it; compact, and of no other use.
    public var json: JSON {
        [
            "orders": .array([orders, notSent, unreadable, differing].map(JSON.int)),
            "moves": .array(moves.map { .array($0.json + $1.json) }),
            "rules": .array(
                rules.map { rule, share in
                    [
                        rule.name.map(JSON.string) ?? .null, .string(rule.strategy.rawValue),
                        .int(share.orders),
                        .int(share.moved),
                    ]
                }),
            "evidence": .array(
                evidence.map { place, seen in
                    [
                        .string(place.account.base32), .string(place.method.rawValue), .int(seen.successes),
                        .int(seen.trials),
                    ]
                }),
        ]
    }

    /// Reads what `json` made; nil where it is anything else.
    public init?(json: JSON) {
        guard let counts = json["orders"]?.counts(4, max: Self.countMax) else { return nil }
        (orders, notSent, unreadable, differing) = (counts[0], counts[1], counts[2], counts[3])
        guard let moves = json["moves"]?.lines(max: Self.linesMax),
            let rules = json["rules"]?.lines(max: Self.linesMax),
            let evidence = json["evidence"]?.lines(max: Self.linesMax)
        else { return nil }
        for line in moves {
            guard let move = Move(line), let sums = Sums(line, countMax: Self.countMax) else { return nil }
            self.moves[move] = sums
        }
        for line in rules {
            guard line.count == 4, let strategy = line[1].stringValue.flatMap(Strategy.init(rawValue:)),
                let name = line[0].stringValue.map(Optional.some) ?? (line[0].isNull ? .some(nil) : nil),
                let counts = JSON.array(Array(line[2...])).counts(2, max: Self.countMax)
            else { return nil }
            self.rules[Rule(name: name, strategy: strategy)] = Share(orders: counts[0], moved: counts[1])
        }
        for line in evidence {
            guard line.count == 4, let account = line[0].identifier, let method = line[1].method,
                let counts = JSON.array(Array(line[2...])).counts(2, max: Self.countMax)
            else { return nil }
            self.evidence[Place(account: account, method: method)] = Proportion(counts[0], of: counts[1])
        }
    }
}

extension BacktestTally.Move {
    fileprivate var json: [JSON] {
        [
            .string(method.rawValue), .string(from.base32),
            to.map { .string($0.base32) } ?? .null,
        ]
    }

    fileprivate init?(_ line: [JSON]) {
        guard line.count == 12, let method = line[0].method, let from = line[1].identifier else { return nil }
        let to = line[2].identifier
        guard to != nil || line[2].isNull else { return nil }
        (self.method, self.from, self.to) = (method, from, to)
    }
}

extension BacktestTally.Sums {
    fileprivate var json: [JSON] {
        [
            orders, amount, paid, proposed.orders, proposed.before, proposed.after, inForce.orders,
            inForce.before, inForce.after,
        ].map(JSON.int)
    }

    fileprivate init?(_ line: [JSON], countMax: Int64) {
        guard let numbers = JSON.array(Array(line[3...])).counts(9, max: .max),
            [0, 2, 3, 6].allSatisfy({ numbers[$0] <= countMax })
        else { return nil }
        (orders, amount, paid) = (numbers[0], numbers[1], numbers[2])
        proposed = .init(orders: numbers[3], before: numbers[4], after: numbers[5])
        inForce = .init(orders: numbers[6], before: numbers[7], after: numbers[8])
    }
}

extension JSON {
    /// So many whole numbers from 0 on.
    fileprivate func counts(_ count: Int, max: Int64) -> [Int64]? {
        guard let elements = arrayValue, elements.count == count else { return nil }
        let numbers = elements.compactMap(\.int64).filter { (0...max).contains($0) }
        return numbers.count == count ? numbers : nil
    }

    fileprivate func lines(max: Int) -> [[JSON]]? {
        guard let elements = arrayValue, elements.count <= max else { return nil }
        let lines = elements.compactMap(\.arrayValue)
        return lines.count == elements.count ? lines : nil
    }

    fileprivate var identifier: Identifier? { stringValue.flatMap { Identifier(base32: $0) } }

    fileprivate var method: PaymentMethod? { stringValue.flatMap(PaymentMethod.init(rawValue:)) }
}
