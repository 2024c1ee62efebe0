import Testing

@testable import Orchestration

@Suite("Address ranges")
struct AddressRangeTests {
    @Test(
        "hold what is in them",
        arguments: [
            ("203.0.113.0/24", "203.0.113.255", true), ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.7", "203.0.113.7", true), ("203.0.113.7", "203.0.113.8", false),
            ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:db8:1::2", true),
            ("2001:db8::/32", "2001:db9::", false), ("::/0", "2001:db8::", true),
            ("10.0.0.0/9", "10.128.0.0", false),
            // A v4 client of a v6 socket is the v4 client.
            ("203.0.113.0/24", "::ffff:203.0.113.9", true), ("203.0.113.0/24", "", false),
            ("203.0.113.0/24", "203.0.113.9:80", false),
        ])
    func contains(range: String, address: String, isIn: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isIn)
    }

    @Test(
        "are refused where they are none, or not exact",
        arguments: [
            "", "203.0.113.1/24", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/", "203.0.113.0/24/1",
            "203.0.113",
            "203.0.113.0.0", "203.0.113.256", "203.0.113.01", "2001:db8::1/32", "2001:db8::/129", ":::",
            "1::2::3",
            "2001:db8", "12345::", "g::", "::ffff:203.0.113.0/120", "example.com", " 1.2.3.4", "1.2.3.٤",
        ])
    func refused(text: String) { #expect(AddressRange(text) == nil) }
}
