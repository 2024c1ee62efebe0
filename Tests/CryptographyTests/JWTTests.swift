import JSON
import Testing

@testable import Cryptography

@Suite struct JWTTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private func token(header: String, payload: String = #"{"a":1}"#, key: String = "k") -> String {
        let content = Base64.encodeURL(bytes(header)) + "." + Base64.encodeURL(bytes(payload))
        return content + "." + Base64.encodeURL(HMAC.sha256(key: bytes(key), bytes(content)))
    }

    @Test("signs what the vectors signed, and verifies both implementations' tokens")
    func vectors() throws {
        let key = bytes(try Vectors.load("thb_jwt_hs256").text("throwaway_api_key"))
        let cases = try Vectors.cases("thb_jwt_hs256")
        #expect(cases.count == 5)
        for vector in cases {
            let payload = bytes(try vector.text("payload_json_node"))
            let token = try vector.text("token_node_jsonwebtoken_form")
            #expect(JWT.sign(payload: payload, key: key) == token)
            #expect(JWT.verify(token, key: key) == payload)
            let other = try #require(JWT.verify(try vector.text("token_pyjwt"), key: key))
            #expect(
                JSON.parsed(other).isEquivalent(to: JSON.parsed(payload)) || vector["name"] == "float_forms")
            let params = try #require(vector["params"])
            #expect(params.javaScript(sortedKeys: true) == payload)
        }
    }

    @Test("refuses the vectors' wrong tokens")
    func negative() throws {
        let file = try Vectors.load("thb_jwt_hs256")
        let key = bytes(try file.text("throwaway_api_key"))
        let negative = try #require(file["negative"]?.arrayValue)
        #expect(negative.count == 3)
        for vector in negative {
            let payload = JWT.verify(try vector.text("token"), key: key)
            if let body = vector["body"] {
                // The signature is good; what it signs is not what came with it.
                let payload = JSON.parsed(try #require(payload))
                #expect(!payload.isEquivalent(to: body))
            } else {
                #expect(payload == nil)
            }
        }
    }

    @Test("no letter of a token can be changed, removed or doubled")
    func alteration() throws {
        let key = bytes("k")
        let token = JWT.sign(payload: bytes(#"{"amount":1000,"x":"é"}"#), key: key)
        let letters = Array(token)
        for place in letters.indices {
            for replacement in ["A", "Z", "0", "-", ".", "="] as [Character]
            where letters[place] != replacement {
                var altered = letters
                altered[place] = replacement
                #expect(JWT.verify(String(altered), key: key) == nil)
            }
            var shorter = letters
            shorter.remove(at: place)
            #expect(JWT.verify(String(shorter), key: key) == nil)
        }
        #expect(JWT.verify(token, key: key) != nil)
        #expect(JWT.verify(token, key: bytes("K")) == nil)
        #expect(JWT.verify(token, key: []) == nil)
        for suffix in [".", "=", ".a", " ", "\n"] { #expect(JWT.verify(token + suffix, key: key) == nil) }
    }

    @Test(
        "takes other spellings of an HS256 header",
        arguments: [
            #"{"typ":"JWT","alg":"HS256"}"#, #"{"alg":"HS256"}"#,
            #"{ "alg" : "HS256" , "typ" : "jwt" , "kid" : "1" }"#,
        ])
    func headers(_ header: String) {
        #expect(JWT.verify(token(header: header), key: bytes("k")) == bytes(#"{"a":1}"#))
    }

    @Test(
        "refuses every other header, however well signed",
        arguments: [
            #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"RS256"}"#,
            #"{"alg":"hs256"}"#,
            #"{"typ":"JWT"}"#, #"{}"#, "", "HS256", #"{"alg":"HS256","alg":"none"}"#,
            #"{"alg":"none","alg":"HS256"}"#,
            #"{"alg":"HS256","crit":"exp"}"#, #"{"alg":"HS256","crit":["exp"]}"#,
            #"{"alg":"HS256","b64":false}"#,
            #"{"alg":"HS256","typ":"JWE"}"#, #"{"alg":"HS256"}x"#, #"{"alg":"HS256",}"#,
            #"{"\u0061lg":"HS256"}"#,
            #"["alg","HS256"]"#, #"{"alg":"HS256","zip":"DEF"}"#, "{\"alg\":\"HS256\"",
            "{\"alg\":\"HS256\0\"}",
        ])
    func foreignHeaders(_ header: String) {
        #expect(JWT.verify(token(header: header), key: bytes("k")) == nil)
    }

    @Test(
        "refuses what is no token", arguments: ["", ".", "..", "a.b", "a.b.c.d", "...", "é.é.é", "{}.{}.{}"])
    func noTokens(_ text: String) {
        #expect(JWT.verify(text, key: bytes("k")) == nil)
    }

    @Test("refuses a payload that is not strict base 64, though signed")
    func loosePayload() {
        let content = Base64.encodeURL(bytes(#"{"alg":"HS256","typ":"JWT"}"#)) + ".Zh"
        let token = content + "." + Base64.encodeURL(HMAC.sha256(key: bytes("k"), bytes(content)))
        #expect(JWT.verify(token, key: bytes("k")) == nil)
    }
}

extension JSON {
    /// The value, or null for what is no JSON.
    fileprivate static func parsed(_ bytes: [UInt8]) -> JSON { (try? parse(bytes)) ?? .null }
}

extension JWT {
    fileprivate static func sign(payload: [UInt8], key: [UInt8]) -> String {
        sign(payload: payload, key: HMAC.Key(key))
    }

    fileprivate static func verify(_ token: String, key: [UInt8]) -> [UInt8]? {
        verify(token, key: HMAC.Key(key))
    }
}
