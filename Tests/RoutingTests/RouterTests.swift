import Core
import Routing
import Testing

@Suite("The router")
struct RouterTests {
    static func account(_ number: UInt64) -> Identifier { Identifier(high: 0, low: number) }

    static func decide(_ amount: Int64, among contenders: [Contender]) -> Decision {
        let question = RoutingQuestion(
            order: account(1), merchant: account(2), app: account(3), method: .thbQR, amount: amount,
            time: Timestamp(seconds: 0))
        return Router.decide(question, among: contenders)
    }

    static func contender(
        _ number: UInt64, enabled: Bool = true, amounts: ClosedRange<Int64>? = 100...100_000, step: Int64 = 1,
        priority: Int = 10, invalid: Bool = false
    ) -> Contender {
        Contender(
            account: account(number), isEnabled: enabled,
            limits: amounts.map { Contender.Limits(amounts: $0, step: step) }, priority: priority,
            isRequestInvalid: invalid)
    }

    @Test("tries the lowest priority first, and the older account among equals")
    func priority() {
        let decision = Self.decide(
            500,
            among: [Self.contender(3, priority: 20), Self.contender(2), Self.contender(1)])
        #expect(decision.candidates == [Self.account(1), Self.account(2), Self.account(3)])
        #expect(decision.exclusions.isEmpty)
    }

    @Test(
        "leaves out, with the reason",
        arguments: [
            (contender(1, enabled: false), ExclusionReason.disabled),
            (contender(1, amounts: nil), .methodNotOffered),
            (contender(1, amounts: 501...1000), .amountBelowMinimum),
            (contender(1, amounts: 1...499), .amountAboveMaximum),
            (contender(1, step: 300), .amountStep),
            (contender(1, invalid: true), .requestInvalid),
        ])
    func exclusion(_ contender: Contender, _ reason: ExclusionReason) {
        let decision = Self.decide(500, among: [contender])
        #expect(decision.candidates.isEmpty)
        #expect(decision.exclusions == [Decision.Exclusion(account: Self.account(1), reason: reason)])
    }

    @Test("reads the candidates back from what is stored")
    func storedCandidates() {
        let decision = Self.decide(
            500, among: [Self.contender(7), Self.contender(8, enabled: false)])
        #expect(Decision.candidates(in: decision.json) == [Self.account(7)])
        #expect(Decision.candidates(in: Array("nonsense".utf8)).isEmpty)
    }

    @Test("never makes a candidate of an ineligible account")
    func property() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let contenders = (0..<UInt64.random(in: 0...12, using: &random)).map { number in
                let low = Int64.random(in: 1...1000, using: &random)
                return Self.contender(
                    number, enabled: Bool.random(), amounts: Bool.random() ? low...(low + 500) : nil,
                    step: Bool.random() ? 1 : 7, priority: Int.random(in: 0...3), invalid: Bool.random())
            }
            let amount = Int64.random(in: 1...2000)
            let decision = Self.decide(amount, among: contenders)
            #expect(decision.candidates.count + decision.exclusions.count == contenders.count)
            for candidate in decision.candidates {
                let contender = contenders.first { $0.account == candidate }
                #expect(contender?.isEnabled == true && contender?.isRequestInvalid == false)
                #expect(contender?.limits?.amounts.contains(amount) == true)
                #expect(contender.flatMap { amount % ($0.limits?.step ?? 0) } == 0)
            }
        }
    }
}
