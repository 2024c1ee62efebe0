import Core
import Cryptography
import Testing

@testable import Orchestration

@Suite("Access tokens")
struct AccessTokenTests {
    private let now = Timestamp(seconds: 1_790_000_000)
    private let app = App(
        id: Identifier(high: 5, low: 6), merchant: Identifier(high: 7, low: 8), name: "shop",
        accessKeyHash: [],
        secretKeyHash: [], isEnabled: true)
    private let vault: Vault
    private let tokens: AccessTokens

    init() throws {
        vault = try Vault(masterKey: [UInt8](repeating: 9, count: 32))
        tokens = AccessTokens(vault)
    }

    private func refusal(of text: String?, after: Duration = .zero) -> AccessTokenError? {
        do throws(AccessTokenError) {
            _ = try tokens.verify(text, at: now + after)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "are as good the second time, and no better: altered or old they are refused though the good one is known"
    )
    func known() throws {
        for number in 0..<2000 {
            let text = tokens.issue(app, at: now + .seconds(Int64(number % 60)))
            let first = try tokens.verify(text, at: now + .seconds(60))
            #expect(try tokens.verify(text, at: now + .seconds(60)) == first)
        }
        let text = tokens.issue(app, at: now)
        #expect(refusal(of: text) == nil)
        #expect(refusal(of: text + "A") == .invalid)
        #expect(refusal(of: String(text.dropLast())) == .invalid)
        #expect(refusal(of: text, after: .seconds(900)) == .expired)
    }

    @Test("say whom they were made for, until their time is over")
    func lifetime() throws {
        let text = tokens.issue(app, at: now)
        let token = try tokens.verify(text, at: now)
        #expect(token.app == app.id && token.merchant == app.merchant)
        #expect(token.expiresAt == now + .seconds(900))
        #expect(refusal(of: text, after: .seconds(899)) == nil)
        #expect(refusal(of: text, after: .seconds(900)) == .expired)
    }

    @Test("tell missing, malformed and invalid apart")
    func kinds() throws {
        #expect(refusal(of: nil) == .missing)
        #expect(refusal(of: "") == .missing)
        #expect(refusal(of: "abc") == .malformed)
        #expect(refusal(of: "a.b.c.d") == .malformed)
        #expect(refusal(of: String(repeating: "a", count: 2000) + ".b.c") == .malformed)
        #expect(refusal(of: "a.b.c") == .invalid)
        let other = AccessTokens(try Vault(masterKey: [UInt8](repeating: 8, count: 32)))
        #expect(refusal(of: other.issue(app, at: now)) == .invalid)
        // Quotes are signed with another key: one cannot pass for a token.
        #expect(refusal(of: JWT.sign(payload: claims(), key: HMAC.Key(vault.quoteKey))) == .invalid)
    }

    @Test("are refused where a claim is missing or wrong, though signed")
    func claimsMatter() {
        let cases: [(String, String)] = [
            ("iss", "\"other\""), ("iss", "1"), ("sub", "\"me_0\""), ("sub", "null"), ("mer", "\"\""),
            ("iat", "\"x\""), ("exp", "null"), ("iat", "1790000061"),
        ]
        for (name, value) in cases {
            let text = JWT.sign(payload: claims(name, value), key: HMAC.Key(vault.accessTokenKey))
            #expect(refusal(of: text) == .invalid, "\(name) \(value)")
        }
        #expect(refusal(of: JWT.sign(payload: claims(), key: HMAC.Key(vault.accessTokenKey))) == nil)
    }

    private func claims(_ changed: String = "", _ value: String = "") -> [UInt8] {
        let members = [
            ("iss", "\"causeway\""), ("sub", "\"\(app.id.text(.app))\""),
            ("mer", "\"\(app.merchant.text(.merchant))\""), ("iat", "1790000000"), ("exp", "1790000900"),
        ]
        let text = members.map { "\"\($0.0)\":\($0.0 == changed ? value : $0.1)" }.joined(separator: ",")
        return Array("{\(text)}".utf8)
    }

    @Test("no token is good after any one letter of it was changed")
    func altered() {
        let text = Array(tokens.issue(app, at: now))
        for place in text.indices {
            var bad = text
            bad[place] = bad[place] == "A" ? "B" : "A"
            // The last letter of base 64 has bits that mean nothing: strict reading refuses those too.
            if bad != text { #expect(refusal(of: String(bad)) != nil, "letter \(place)") }
        }
    }

    @Test("body signatures verify for their body and key alone")
    func signatures() {
        let key = SigningKey.derive(secretKey: "sk_test")
        #expect(String(decoding: key, as: UTF8.self) == Hex.encode(Digest.sha256(Array("sk_test".utf8))))
        let signature = SigningKey.sign([1, 2], key: key)
        #expect(SigningKey.verify(signature, of: [1, 2], key: key))
        #expect(SigningKey.verify(signature.uppercased(), of: [1, 2], key: key))
        #expect(!SigningKey.verify(signature, of: [1, 3], key: key))
        #expect(!SigningKey.verify(signature, of: [1, 2], key: SigningKey.derive(secretKey: "sk_other")))
        for bad in ["", "zz", String(signature.dropLast()), signature + "00"] {
            #expect(!SigningKey.verify(bad, of: [1, 2], key: key))
        }
    }
}
