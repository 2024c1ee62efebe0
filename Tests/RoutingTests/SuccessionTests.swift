import Core
import TestSupport
import Testing

@testable import Routing

@Suite("Failover")
struct SuccessionTests {
    private static func changed(_ name: String, _ change: (inout Contender) -> Void) -> Contender {
        var contender = Town.contender(name)
        change(&contender)
        return contender
    }

    private static func next(_ contenders: [Contender], _ direction: Direction = .payout) -> Succession {
        Router.succession(of: contenders, amount: 100_000, direction: direction)
    }

    @Test("takes the first that may take it, and tells why the others before it may not")
    func passedOver() {
        let contenders = [
            Self.changed("alpha") { $0.room = .init(amount: 99_999, payments: nil) },
            Self.changed("beta") { $0.funds = .available(99_999) },
            Self.changed("delta") { _ in }, Self.changed("gamma") { $0.isInMaintenance = true },
        ]
        let succession = Self.next(contenders)
        #expect(succession.next == contenders[2].account)
        #expect(succession.passedOver.map(\.reason) == [.capAmount, .balanceTooLow])
        #expect(Self.next([]) == .nobody)
    }

    @Test("takes the least bad breaker for a payin, and none for a payout")
    func lastResort() {
        let contenders = [
            Self.changed("alpha") { $0.breaker = .open },
            Self.changed("beta") { $0.breaker = .halfOpen(admits: false) },
            Self.changed("delta") { $0.breaker = .switchedOff },
        ]
        #expect(Self.next(contenders, .payin).next == contenders[1].account)
        let payout = Self.next(contenders)
        #expect(payout.next == nil)
        #expect(payout.passedOver.map(\.reason) == [.breakerOpen, .breakerHalfOpen, .breakerSwitchedOff])
    }

    @Test("goes on only to accounts that would be candidates at that moment, whatever the rules said before")
    func property() throws {
        var random = SeededGenerator()
        var (followed, refused, lastResorts) = (0, 0, 0)
        for _ in 0..<2000 {
            let question = RandomDocument.question(&random)
            var left = Town.accounts.map { RandomDocument.contender($0.name, &random) }
            left.shuffle(using: &random)
            let succession = Router.succession(
                of: left, amount: question.amount, direction: question.method.direction)
            // The same accounts, asked as if the payment were new: what the first decision judges by.
            let decision = Router.decide(question, among: left)
            let comment: Comment = "seed \(random.seed): \(question), \(left), \(succession)"
            #expect((succession.next == nil) == decision.candidates.isEmpty, comment)
            guard let next = succession.next else {
                refused += 1
                #expect(succession.passedOver.count == left.count, comment)
                continue
            }
            followed += 1
            lastResorts += decision.isDegraded ? 1 : 0
            #expect(decision.candidates.contains(next), comment)
            #expect(!succession.passedOver.contains { $0.account == next }, comment)
            if !decision.isDegraded {
                #expect(left.first { decision.candidates.contains($0.account) }?.account == next, comment)
            }
        }
        #expect(followed > 100 && refused > 100 && lastResorts > 5, "seed \(random.seed)")
    }
}
