import Glibc

extension Worlds {
    static let slow: [Maker] = [
        make("drift, slow", "drift") { world, chance in wave(&world, &chance, period: 8000, depth: 0.08) },
        make("drift, fast", "drift") { world, chance in wave(&world, &chance, period: 2500, depth: 0.08) },
        make("drift, random walks", "drift") { world, chance in
            for account in world.accounts.indices { walk(&world, account, &chance) }
        },
        make("decline, to 60 %", "decline") { world, chance in
            decline(&world, 0, from: 3000, over: 4000, to: 0.6)
        },
        make("decline, quick, to 30 %", "decline") { world, chance in
            decline(&world, 0, from: 3000 + chance.whole(0...1000), over: 800, to: 0.3)
        },
        make("decline, a little", "decline") { world, chance in
            decline(&world, 0, from: 3000 + chance.whole(0...1000), over: 3000, to: 0.85)
        },
    ]

    private static func wave(
        _ world: inout World, _ chance: inout Chance, period: Double, depth: Double
    ) {
        for account in world.accounts.indices {
            let phase = chance.uniform(0...(2 * Double.pi))
            let middle = min(0.9, world.accounts[account].success(0))
            world.accounts[account].success = {
                middle + depth * sin(phase + 2 * Double.pi * Double($0) / period)
            }
        }
    }

    /// A step each 100 orders, between 50 % and 98 %.
    private static func walk(_ world: inout World, _ account: Int, _ chance: inout Chance) {
        var at = world.accounts[account].success(0)
        let steps = (0...(world.orders / 100)).map { _ in
            at = min(0.98, max(0.5, at + 0.015 * chance.normal()))
            return at
        }
        world.accounts[account].success = { steps[$0 / 100] }
    }

    private static func decline(
        _ world: inout World, _ account: Int, from start: Int, over span: Int, to end: Double
    ) {
        let before = world.accounts[account].success
        world.accounts[account].success = {
            before($0) * (1 - (1 - end) * min(1, max(0, Double($0 - start) / Double(span))))
        }
    }

    static let hard: [Maker] = [
        make("flapping, every 100", "flapping") { world, chance in flap(&world, &chance, period: 100) },
        make("flapping, every 400", "flapping") { world, chance in flap(&world, &chance, period: 400) },
        make("flapping, every 1500", "flapping") { world, chance in flap(&world, &chance, period: 1500) },
        make("spike, leader overloaded", "spike") { world, chance in
            let start = 4000 + chance.whole(0...1000)
            world.inFlight = { (start..<(start + 1500)).contains($0) ? 150 : 8 }
            world.accounts[0] = world.accounts[0].times(0.5, (start + 100)..<(start + 1500))
        },
        make("spike, nobody minds", "spike") { world, chance in
            let start = 4000 + chance.whole(0...1000)
            world.inFlight = { (start..<(start + 1500)).contains($0) ? 150 : 8 }
        },
        make("a poor account becomes the best", "drift") { world, _ in
            let cheap = World.Account(0.6, 0.004)
            world.accounts[3] = cheap.with { $0.success = { $0 < 8000 ? 0.6 : 0.97 } }
        },
    ]

    private static func flap(_ world: inout World, _ chance: inout Chance, period: Int) {
        let phase = chance.whole(0...(period - 1))
        let before = world.accounts[0].success
        world.accounts[0].success = { (($0 + phase) / period) % 2 == 0 ? before($0) : before($0) * 0.05 }
    }

    static let banks: [Maker] = [
        make("banks differ, a little", "banks") { world, chance in
            vary(&world, &chance, 0.9...1.03)
        },
        make("banks differ, much", "banks") { world, chance in
            vary(&world, &chance, 0.4...1.05)
        },
        make("one bank fails at the leader", "banks") { world, _ in
            world.accounts[0].bank = { bank, _ in bank == 1 ? 0.05 : 1 }
        },
        make("a bank's outage at the leader", "banks") { world, chance in
            let start = 3000 + chance.whole(0...1000)
            world.accounts[0].bank = { bank, order in
                bank == 1 && (start..<(start + 2500)).contains(order) ? 0 : 1
            }
        },
        make("a bank's outage everywhere", "banks") { world, chance in
            let start = 3000 + chance.whole(0...1000)
            for account in world.accounts.indices {
                world.accounts[account].bank = { bank, order in
                    bank == 0 && (start..<(start + 1000)).contains(order) ? 0 : 1
                }
            }
        },
    ]

    private static func vary(_ world: inout World, _ chance: inout Chance, _ range: ClosedRange<Double>) {
        for account in world.accounts.indices {
            let factors = world.bankShares.map { _ in chance.uniform(range) }
            world.accounts[account].bank = { bank, _ in factors[bank] }
        }
    }

    /// Anything may happen: levels that jump, outages, banks, delays and noise, all drawn.
    static let random: [Maker] = (1...8).map { number in
        make("random \(number)", "random", accounts: 2 + number % 5) { world, chance in
            for account in world.accounts.indices {
                jump(&world, account, &chance)
                if chance.uniform() < 0.5 {
                    let start = chance.whole(1000...17_000)
                    let range = start..<(start + chance.whole(100...1500))
                    world.accounts[account] = world.accounts[account].times(
                        chance.uniform() < 0.5 ? 0 : 0.3, range)
                }
            }
            if chance.uniform() < 0.4 { vary(&world, &chance, chance.uniform(0.6...0.95)...1.04) }
            let share = chance.uniform(0...0.15)
            world.customerShare = { _ in share }
            world.unrecognised = chance.uniform(0...0.2)
            let delay = chance.whole(0...40)
            world.inFlight = { _ in delay }
        }
    }

    private static func jump(_ world: inout World, _ account: Int, _ chance: inout Chance) {
        var levels: [(Int, Double)] = [(0, world.accounts[account].success(0))]
        for _ in 0..<chance.whole(0...4) {
            levels.append((chance.whole(500...19_000), chance.uniform(0.7...0.97)))
        }
        levels.sort { $0.0 < $1.0 }
        let sorted = levels
        world.accounts[account].success = { order in sorted.last { $0.0 <= order }?.1 ?? 0.9 }
    }
}
