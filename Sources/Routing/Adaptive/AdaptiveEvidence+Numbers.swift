/// Evidence as a row of numbers, and the order of two states of the same place.
extension AdaptiveEvidence: Comparable {
    /// In the order in which `init(numbers:)` reads them.
    var numbers: [Double] {
        [
            Double(seen), Double(lastAt), long.successes, long.exposure, short.successes, short.exposure,
            trust,
            differs, outage.ratio, outage.successes, outage.exposure, rise.ratio, rise.successes,
            rise.exposure,
            isDown ? 1 : 0, rateBefore, failures, odds, relapses, sinceDown, sinceRecovery,
        ]
    }

    /// Nothing where there are too few or too many, or one that evidence never is.
    init?(numbers: [Double]) {
        guard numbers.count == 21, numbers.allSatisfy({ $0 >= 0 && $0 < 0x1p53 }), numbers[6] <= 1,
            numbers[7] <= 1, numbers[8] >= 1, numbers[11] >= 1
        else { return nil }
        seen = UInt64(numbers[0])
        lastAt = UInt64(numbers[1])
        long = Tally(successes: numbers[2], exposure: numbers[3])
        short = Tally(successes: numbers[4], exposure: numbers[5])
        trust = numbers[6]
        differs = numbers[7]
        outage = ChangeDetector(ratio: numbers[8], successes: numbers[9], exposure: numbers[10])
        rise = ChangeDetector(ratio: numbers[11], successes: numbers[12], exposure: numbers[13])
        isDown = numbers[14] == 1
        rateBefore = numbers[15]
        failures = numbers[16]
        odds = numbers[17]
        relapses = numbers[18]
        sinceDown = numbers[19]
        sinceRecovery = numbers[20]
    }

    /// Which has seen less; between equals, any fixed order, so that all processes keep the same.
    static func < (left: AdaptiveEvidence, right: AdaptiveEvidence) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }
}

extension AdaptiveScores.Customers: Comparable {
    var numbers: [Double] { [Double(seen), share] }

    init?(numbers: [Double]) {
        guard numbers.count == 2, numbers[0] >= 0, numbers[0] < 0x1p53, (0...1).contains(numbers[1]) else {
            return nil
        }
        self.init(seen: UInt64(numbers[0]), share: numbers[1])
    }

    static func < (left: Self, right: Self) -> Bool { (left.seen, left.share) < (right.seen, right.share) }
}

extension AdaptiveScores.Retries {
    var numbers: [Double] { [failures, stops] }

    init?(numbers: [Double]) {
        guard numbers.count == 2, numbers[0] > 0, numbers[0] < 1e6, numbers[1] >= 0, numbers[1] <= numbers[0]
        else {
            return nil
        }
        self.init(failures: numbers[0], stops: numbers[1])
    }
}

extension AdaptiveScores.Place {
    /// In the order in which a snapshot has them.
    var retriesNumbers: [Double] { retries.numbers + retriesDown.numbers + retriesCalm.numbers }
}
