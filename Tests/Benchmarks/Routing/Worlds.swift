import Glibc

/// The worlds, each drawn anew from a seed: what is random in them is what no policy could be tuned to.
enum Worlds {
    static let length = 20_000
    typealias Maker = @Sendable (Int) -> World

    static let all: [Maker] = steady + outages + slow + hard + banks + random

    /// Accounts as companies have them: the good ones cost more, by and large.
    static func accounts(_ count: Int, _ chance: inout Chance) -> [World.Account] {
        let made = (0..<count).map { _ in
            let success = chance.uniform(0.80...0.97)
            return World.Account(
                success, max(0.003, (success - 0.75) * 0.06 + chance.uniform(-0.004...0.012)))
        }
        return made.sorted { $0.success(0) - $0.rate(0) > $1.success(0) - $1.rate(0) }
    }

    static func make(
        _ name: String, _ kind: String, accounts count: Int = 4, orders: Int = length,
        _ change: @escaping @Sendable (inout World, inout Chance) -> Void = { _, _ in }
    ) -> Maker {
        { seed in
            var chance = Chance(seed, name.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xffff_ffff })
            var world = World(
                name: name, kind: kind, orders: orders, accounts: accounts(count, &chance))
            change(&world, &chance)
            // No policy may profit from the order in which accounts are listed.
            let order = Array(world.accounts.indices).shuffled(using: &chance)
            world.accounts = order.map { world.accounts[$0] }
            world.outages = world.outages.map {
                World.Outage(account: order.firstIndex(of: $0.account) ?? 0, range: $0.range)
            }
            return world
        }
    }

    static let steady: [Maker] = [
        make("stable, 2 accounts", "stable", accounts: 2),
        make("stable, 4 accounts", "stable"),
        make("stable, 8 accounts", "stable", accounts: 8),
        make("stable, all alike", "stable") { world, chance in
            for index in world.accounts.indices {
                world.accounts[index] = World.Account(0.92 + chance.uniform(-0.01...0.01), 0.01)
            }
        },
        make("stable, poor accounts", "stable", accounts: 3) { world, chance in
            for index in world.accounts.indices {
                world.accounts[index] = World.Account(chance.uniform(0.4...0.7), 0.01)
            }
        },
        make("price rises", "price change") { world, _ in
            world.accounts[0].rate = { $0 < 8000 ? 0.012 : 0.08 }
        },
        make("price falls", "price change") { world, _ in
            world.accounts[1].rate = { $0 < 8000 ? 0.06 : 0.002 }
        },
        make("new account, better", "new account") { world, _ in
            world.accounts[0] = World.Account(0.965, 0.008).with { $0.opens = 6000 }
        },
        make("new account, worse", "new account") { world, _ in
            world.accounts[3] = World.Account(0.6, 0.006).with { $0.opens = 6000 }
        },
        make("new account, dead", "new account") { world, _ in
            world.accounts[3] = World.Account(0.01, 0.002).with { $0.opens = 6000 }
        },
        make("sparse, stable", "sparse", orders: 600),
        make("sparse, outage", "sparse", orders: 600) { world, chance in
            let start = chance.whole(200...300)
            fail(&world, 0, start..<(start + 150))
        },
        make("customers' errors, recognised", "customers' noise") { world, _ in
            world.customerShare = { _ in 0.25 }
        },
        make("customers' errors, in bursts", "customers' noise") { world, chance in
            let phase = chance.whole(0...999)
            world.customerShare = { ($0 + phase) % 1000 < 150 ? 0.7 : 0.03 }
        },
        make("customers' errors, a third not recognised", "customers' noise") { world, _ in
            world.customerShare = { _ in 0.15 }
            world.unrecognised = 0.33
        },
    ]

    /// A total outage, with time-outs for a part of its failures.
    static func fail(_ world: inout World, _ account: Int, _ range: Range<Int>, stops: Double = 0.3) {
        let before = world.accounts[account].stops
        world.accounts[account] = world.accounts[account].times(0, range).with {
            $0.stops = { range.contains($0) ? stops : before($0) }
        }
        world.outages.append(World.Outage(account: account, range: range))
    }

    static let outages: [Maker] = [
        make("outage, short", "outage") { world, chance in
            for start in [4000, 10_000, 16_000] {
                let start = start + chance.whole(0...500)
                fail(&world, 0, start..<(start + chance.whole(100...300)))
            }
        },
        make("outage, long", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            fail(&world, 0, start..<(start + chance.whole(1500...3000)))
        },
        make("outage, time-outs only", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            fail(&world, 0, start..<(start + chance.whole(300...1000)), stops: 1)
        },
        make("outage, two accounts in turn", "outage") { world, chance in
            for (account, start) in [(0, 4000), (1, 9000), (0, 14_000)] {
                let start = start + chance.whole(0...3000)
                fail(&world, account, start..<(start + chance.whole(300...900)))
            }
        },
        make("outage, two accounts at once", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            fail(&world, 0, start..<(start + 800))
            fail(&world, 1, (start + 100)..<(start + 600))
        },
        make("outage, many in flight", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            world.inFlight = { _ in 60 }
            fail(&world, 0, start..<(start + 800))
        },
        make("outage, for good", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            fail(&world, 0, start..<world.orders)
        },
        make("outage, two in three fail", "outage") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            world.accounts[0] = world.accounts[0].times(0.33, start..<(start + 1500))
        },
        make("all down", "all down") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            for account in world.accounts.indices { fail(&world, account, start..<(start + 500)) }
            world.outages = []
        },
        make("all degraded", "all down") { world, chance in
            let start = 3000 + chance.whole(0...8000)
            for account in world.accounts.indices {
                world.accounts[account] = world.accounts[account].times(
                    chance.uniform(0.2...0.6), start..<(start + 1500))
            }
        },
    ]
}
