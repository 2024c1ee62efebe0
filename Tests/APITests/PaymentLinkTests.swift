import Core
import Testing

@testable import API
@testable import Orchestration

@Suite("The addresses of payers' pages")
struct PaymentLinkTests {
    private let links = PaymentLinks(publicURL: "https://pay.example", key: [UInt8](repeating: 1, count: 32))

    @Test("name the order, for payins only")
    func addresses() throws {
        let order = payin()
        let url = try #require(links.url(of: order))
        #expect(url.hasPrefix("https://pay.example/pay/"))
        let token = String(url.dropFirst("https://pay.example/pay/".count))
        #expect(token.utf8.count == PaymentLinks.tokenLetters)
        #expect(links.order(of: token) == order.id)
        for method in PaymentMethod.allCases {
            let url = links.url(of: payin { $0.method = method })
            #expect((url != nil) == (method.direction == .payin))
        }
    }

    @Test("are refused with any letter changed, cut, longer, in capitals, or under another key")
    func forgeries() {
        let id = Identifier(at: Harness.now)
        let token = links.token(for: id)
        for index in token.indices {
            for letter in "0123456789abcdefghjkmnpqrstvwxyz" where letter != token[index] {
                var forged = token
                forged.replaceSubrange(index...index, with: String(letter))
                #expect(links.order(of: forged) == nil)
            }
        }
        let others = [
            "", String(token.dropLast()), token + "0", token.uppercased(), id.text(.transaction), "é",
        ]
        for other in others { #expect(links.order(of: other) == nil) }
        let stranger = PaymentLinks(publicURL: "", key: [UInt8](repeating: 2, count: 32))
        #expect(stranger.order(of: token) == nil)
    }

    @Test("take the payer back with KS Pay's parameters")
    func returning() {
        let cases: [(url: String, expected: String)] = [
            ("https://shop.example", "https://shop.example?"),
            ("https://shop.example/", "https://shop.example/?"),
            ("https://shop.example/a?", "https://shop.example/a?"),
            ("https://shop.example/a?order=1&x", "https://shop.example/a?order=1&x&"),
            ("https://shop.example/a?order=1&", "https://shop.example/a?order=1&"),
            ("https://shop.example/?a=b?c=d", "https://shop.example/?a=b?c=d&"),
            (
                "https://shop.example/?payment_status=success&a=1&kspay_id=tx_1&provider_payment_id&b=",
                "https://shop.example/?a=1&b=&"
            ),
            ("https://shop.example/?payment_status_=1", "https://shop.example/?payment_status_=1&"),
        ]
        for (url, expected) in cases {
            let order = payin {
                $0.redirectURL = url
                $0.state = .succeeded
                $0.providerReference = "DP 1&é=/?#"
            }
            #expect(
                ReturnAddress.make(order, .paid) == expected
                    + "payment_status=success&kspay_id=\(order.id.text(.transaction))"
                    + "&provider_payment_id=DP%201%26%C3%A9%3D%2F%3F%23")
        }
    }

    @Test("take nobody back before the end, without an address, or to what is no web address")
    func notReturning() {
        for phase in PaymentPhase.allCases {
            let order = payin { $0.redirectURL = "https://shop.example" }
            let status = phase == .paid ? "success" : "failed"
            let end = "https://shop.example?payment_status=\(status)&kspay_id=\(order.id.text(.transaction))"
            #expect(ReturnAddress.make(order, phase) == (phase.isEnd ? end : nil))
        }
        for url in [
            nil, "", "javascript:alert(1)", "//shop.example", "https://shop.example/#a", "https://a b/",
        ] {
            #expect(ReturnAddress.make(payin { $0.redirectURL = url }, .paid) == nil)
        }
    }
}
