import Core
import JSON
import TestSupport
import Testing

@testable import Connectors

@Suite("Provider's words")
struct ProviderWordsTests {
    private static let person: Counterparty = {
        var person = Counterparty()
        person[.name] = "John Kamau"
        person[.phone] = "+254 712-345678"
        person[.accountNumber] = "98-765"
        person[.email] = "john@example.com"
        person[.userId] = "u-77"
        person[.bankCode] = "KBANK"
        return person
    }()

    private func shown(_ text: String) -> String? { ProviderWords.shown(text, hiding: Self.person) }

    @Test(
        "plain words are shown as they are",
        arguments: [
            "Insufficient balance", "Amount must be 10-999999", "KBANK is under maintenance",
            "ยอดเงินไม่เพียงพอ", "error 4002",
            "limit is 100000.00 THB",
        ])
    func plain(text: String) {
        #expect(shown(text) == text)
    }

    @Test(
        "what tells who the counterparty is is hidden, however it is spelled",
        arguments: [
            ("Name JOHN KAMAU does not match", "Name ••• does not match"), ("Dear Kamau, no", "Dear •••, no"),
            ("phone 254712345678 invalid", "phone ••• invalid"),
            ("phone 0712 345 678 invalid", "phone ••• invalid"),
            ("phone ending 5678", "phone ending •••"), ("account 98765 closed", "account ••• closed"),
            ("account 98-765 closed", "account ••• closed"),
            ("mail JOHN@EXAMPLE.COM bounced", "mail ••• bounced"),
            ("mail other@x.org bounced", "mail ••• bounced"), ("user u-77 blocked", "user ••• blocked"),
            ("somebody else's 1234567", "somebody else's •••"), ("acct ๑๒๓๔๕๖๗๘", "acct •••"),
            ("<b>John</b>", "<b>•••</b>"), ("johnkamau", "••••••"),
        ])
    func hides(text: String, result: String) {
        #expect(shown(text) == result)
    }

    @Test(
        "a message becomes one printable line",
        arguments: [
            ("a\r\nb", "a b"), ("  a \t b  ", "a b"), ("a\u{0}b", "a b"), ("a\u{202e}b\u{200b}c", "abc"),
            ("\u{1b}[31mred", "[31mred"),
            ("e\u{301}", "e\u{301}"), ("\u{e000}x", "x"),
        ])
    func printable(text: String, result: String) {
        #expect(ProviderWords.printable(text) == result)
    }

    @Test("nothing is left of nothing", arguments: ["", " ", "\n\u{200b}", "\u{0}"])
    func nothing(text: String) {
        #expect(shown(text) == nil)
    }

    @Test("at most 200 characters are shown, however many marks they carry")
    func length() {
        #expect(shown(String(repeating: "ab ", count: 5000))?.count ?? 999 <= 200)
        let heap = "a" + String(repeating: "\u{301}", count: 5000)
        #expect(ProviderWords.printable(heap).unicodeScalars.count < 10)
    }

    @Test("random words never show the counterparty and never crash")
    func fuzz() {
        var random = SeededGenerator()
        let parts = [
            "john kamau", "JOHN", "0712345678", "254712345678", "98765", "john@example.com", " ", "-", "x",
            "9", "é", "\n",
            "\u{301}", "ก",
        ]
        for _ in 0..<500 {
            let text = (0..<12).map { _ in parts.randomElement(using: &random) ?? "" }.joined()
            let result = (shown(text) ?? "").lowercased()
            for secret in ["john", "kamau", "712345678", "98765", "example"] {
                #expect(!result.contains(secret), "seed \(random.seed): \(text)")
            }
        }
    }

    @Test("phrases are whole words, the first row wins")
    func table() {
        let table = RefusalTable(
            [
                .init(["sign"], .misconfigured, worthAnotherAccount: true),
                .init(["not enough balance"], .insufficientBalance, worthAnotherAccount: true),
                .init(["余额不足"], .insufficientBalance, worthAnotherAccount: true),
            ], otherwise: .declined)
        func reason(_ text: String) -> Refusal.Reason { table.refusal(text, hiding: Counterparty()).reason }
        #expect(reason("bad SIGN!") == .misconfigured)
        #expect(reason("assigned to nobody") == .declined)
        #expect(reason("sign: not enough balance") == .misconfigured)
        #expect(reason("Not-enough  balance.") == .insufficientBalance)
        #expect(reason("商户余额不足") == .insufficientBalance)
        #expect(table.refusal("", hiding: Counterparty()).detail == Refusal.Reason.declined.sentence)
        #expect(table.refusal("their words", hiding: nil).detail == Refusal.Reason.declined.sentence)
    }

    @Test("every reason has a sentence", arguments: Refusal.Reason.allCases)
    func sentences(reason: Refusal.Reason) {
        #expect(reason.sentence.hasSuffix("."))
    }
}
