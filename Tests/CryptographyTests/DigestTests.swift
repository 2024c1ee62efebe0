import Testing

@testable import Cryptography

@Suite struct DigestTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("digests of the standards' examples")
    func digests() {
        #expect(
            Hex.encode(Digest.sha256(bytes("abc")))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Hex.encode(Digest.sha256([]))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(Hex.encode(Digest.sha1(bytes("abc"))) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(Hex.encode(Digest.md5(bytes("abc"))) == "900150983cd24fb0d6963f7d28e17f72")
    }

    /// RFC 1321, section A.5; and a text past ASCII, with `printf 'ហាង' | md5sum`.
    @Test(
        "MD5 as hex is lower-case and over the UTF-8 bytes",
        arguments: [
            ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
            ("ហាង", "b9ec0a36ff70c39ba87591494c44d9a0"),
        ])
    func md5Hex(_ text: String, expected: String) {
        #expect(Digest.md5Hex(text.utf8) == expected)
    }

    /// RFC 4231, cases 1, 2, 3 and 6; and no key at all.
    @Test(
        "HMAC-SHA256 of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ])
    func hmac(key: [UInt8], message: [UInt8], expected: String) {
        #expect(Hex.encode(HMAC.sha256(key: key, message)) == expected)
        // A key that is made ready signs any number of messages.
        let ready = HMAC.Key(key)
        for _ in 0..<3 {
            #expect(Hex.encode(HMAC.sha256(key: ready, message)) == expected)
            #expect(HMAC.sha256(key: ready, [1]) == HMAC.sha256(key: key, [1]))
        }
    }

    @Test("HKDF-SHA256 of RFC 5869")
    func hkdf() {
        let first = HKDF.derive(
            key: [UInt8](repeating: 0x0B, count: 22), salt: Array(0...12), info: Array(0xF0...0xF9), count: 42
        )
        #expect(
            Hex.encode(first)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")
        let third = HKDF.derive(key: [UInt8](repeating: 0x0B, count: 22), info: [], count: 42)
        #expect(
            Hex.encode(third)
                == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")
        #expect(HKDF.derive(key: [1], info: [], count: 0).isEmpty)
        #expect(HKDF.derive(key: [1], info: [], count: 8160).count == 8160)
    }

    @Test("comparison in constant time says what == says")
    func comparison() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 3]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    }

    @Test("many threads at once get the same")
    func threads() async {
        let expected = HMAC.sha256(key: [1], [2])
        let key = HMAC.Key([1])
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { _ in
                        HMAC.sha256(key: [1], [2]) == expected && HMAC.sha256(key: key, [2]) == expected
                    }
                }
            }
            for await same in group { #expect(same) }
        }
    }
}
