import HTTP
import Synchronization
import Testing

@testable import API

@Suite("Text rules")
struct TextRuleTests {
    @Test(
        "takes URLs that are absolute and whole",
        arguments: [
            "https://shop.example/pay?order=1", "http://127.0.0.1:8090/x", "https://[2001:db8::1]:8443/",
            "HTTPS://a.b",
            "https://shop.example/a%20b;c=1",
        ])
    func goodURL(_ text: String) {
        #expect(TextRule.url.complaint(about: text) == nil)
    }

    @Test(
        "refuses anything else as a URL",
        arguments: [
            "", "shop.example/pay", "ftp://shop.example/", "https://", "https:///path",
            "https://user@shop.example/",
            "https://user:word@shop.example/", "https://shop.example/#part", "https://shop.example/a b",
            "https://shop.example:0/", "https://shop.example:65536/", "https://shop.example:/",
            "https://-a.example/",
            "https://a..example/", "javascript:alert(1)//", "https://shop.example/%2",
            "https://shop.example/\u{0}", "https://[::1\u{0}]/", "https://[::1\u{0}\r\nX: y]/",
            "https://shop.example/é", "https://[::1/", "https://[::g]/", "https://a\\b.example/",
            "https://shop.example/" + String(repeating: "a", count: 500),
        ])
    func badURL(_ text: String) {
        #expect(TextRule.url.complaint(about: text) != nil)
    }

    @Test("counts characters, not bytes")
    func counting() {
        let rule = TextRule.line(1...4)
        #expect(rule.complaint(about: "สวัส") == nil)
        #expect(rule.complaint(about: "สวัสดี") != nil)
        #expect(rule.complaint(about: "") != nil)
        #expect(rule.complaint(about: "a\u{0}") != nil)
        #expect(rule.complaint(about: "a\u{85}") != nil)
    }

    @Test(
        "knows an e-mail address",
        arguments: [
            ("a@b.co", true), ("a.b+c@mail.example", true), ("a@b", false), ("@b.co", false), ("a@", false),
            ("a@b@c.co", false), ("a b@c.co", false), ("é@c.co", false),
        ])
    func email(_ text: String, _ isOne: Bool) {
        #expect((TextRule.email.complaint(about: text) == nil) == isOne)
    }
}
