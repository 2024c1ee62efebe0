import Core
import JSON
import Routing
import Testing

/// Four accounts, two merchants and three apps that the documents of these tests name.
enum Town {
    static func id(_ number: UInt64) -> Identifier { Identifier(high: 0x0190_0000_0000_7000, low: number) }

    static let accounts = [
        RoutingNames.Account(id: id(1), name: "alpha", methods: [.thbQR, .thbBank]),
        RoutingNames.Account(id: id(2), name: "beta", methods: [.thbQR, .thbBankTransfer, .thbBank]),
        RoutingNames.Account(id: id(3), name: "gamma", methods: [.kesEWallet, .kesBank]),
        RoutingNames.Account(id: id(4), name: "delta", methods: Set(PaymentMethod.allCases)),
    ]
    static let shop = merchant(11, "shop")
    static let bank = merchant(12, "bank")
    static let web = app(21, shop, "web")
    static let till = app(22, shop, "till")
    static let desk = app(23, bank, "desk")
    static let names = RoutingNames(accounts: accounts, merchants: [shop, bank], apps: [web, till, desk])

    static func merchant(_ number: UInt64, _ name: String) -> Merchant {
        Merchant(id: id(number), name: name, displayName: name, isEnabled: true)
    }

    static func app(_ number: UInt64, _ merchant: Merchant, _ name: String) -> App {
        App(
            id: id(number), merchant: merchant.id, name: name, accessKeyHash: [], secretKeyHash: [],
            isEnabled: true)
    }

    static func account(_ name: String) -> Identifier {
        accounts.first { $0.name == name }?.id ?? id(99)
    }

    /// A document that is right in every way, or what is wrong with it.
    static func document(_ text: String) throws -> RuleDocument {
        try RuleDocument(JSON.parse(text), checkedAgainst: names)
    }

    static func plan(_ text: String) throws -> RoutingPlan { RoutingPlan(try document(text), names) }

    static func problems(_ text: String) throws -> [FieldProblem] {
        let json = try JSON.parse(text)
        do {
            _ = try RuleDocument(json, checkedAgainst: names)
            return []
        } catch {
            return error.problems
        }
    }

    /// 1000.00 by the method, from the shop's web app, on a Thursday at 12:00 UTC.
    static func question(_ method: PaymentMethod = .thbQR, order: Identifier = id(1000)) -> RoutingQuestion {
        RoutingQuestion(
            order: order, merchant: shop.id, app: web.id, method: method, amount: 100_000,
            time: Timestamp(seconds: 43_200))
    }

    /// Nothing is against any of them.
    static func contender(_ name: String, priority: Int = 10) -> Contender {
        Contender(
            account: account(name), isEnabled: true,
            limits: Contender.Limits(amounts: 1...Money.minorMax, step: 1), priority: priority,
            isRequestInvalid: false)
    }

    static let everybody = ["alpha", "beta", "gamma", "delta"].map { contender($0) }

    static func names(_ decision: Decision) -> [String] {
        decision.candidates.map { candidate in accounts.first { $0.id == candidate }?.name ?? "?" }
    }
}
