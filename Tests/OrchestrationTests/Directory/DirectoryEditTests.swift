import Core
import JSON
import Testing

@testable import Orchestration

@Suite("Applying a document, worked out")
struct DirectoryEditTests {
    private let vault: Vault
    private let now = Timestamp(seconds: 1_790_000_000)

    init() throws { vault = try Vault(masterKey: [UInt8](repeating: 3, count: 32)) }

    private static let document: JSON = [
        "merchants": [["name": "shop", "displayName": "Shop", "apps": [["name": "web"]]]],
        "accounts": [
            [
                "name": "one", "connector": "dummy", "priority": 10, "methods": ["THB_QR"],
                "settings": ["baseURL": "https://example.com", "apiKey": "very-secret"],
                "callbackAddresses": ["203.0.113.0/24"],
            ]
        ],
    ]

    private func edit(_ document: JSON, after before: DirectoryEdit? = nil) throws -> DirectoryEdit {
        var edit = DirectoryEdit(
            vault: vault, connector: DummyConnector.lookup, now: now + .seconds(1),
            merchants: before?.merchants ?? [], apps: before?.apps ?? [], accounts: before?.accounts ?? [])
        try edit.apply(document)
        return edit
    }

    private func changed(_ change: (inout JSONObject) -> Void) -> JSON {
        guard var object = Self.document["accounts"]?[0]?.objectValue else { return .null }
        change(&object)
        return ["accounts": [.object(object)]]
    }

    @Test("makes what is new, with keys for an app that has none")
    func creates() throws {
        let edit = try edit(Self.document)
        #expect(edit.problems.isEmpty)
        #expect(edit.changes.map(\.action) == [.created, .created, .created])
        #expect(edit.changes.map(\.name) == ["shop", "shop/web", "one"])
        #expect(edit.writes.count == 3)
        let keys = try #require(edit.keys.first)
        #expect(keys.accessKey.hasPrefix("ak_") && keys.secretKey.hasPrefix("sk_"))
        #expect(keys.accessKey.utf8.count == 46 && keys.secretKey.utf8.count == 46)
        let app = try #require(edit.apps.first)
        #expect(
            try vault.open(app.sealedSigningKey, for: .signingKey, id: app.id)
                == SigningKey.derive(secretKey: keys.secretKey))
        let account = try #require(edit.accounts.first)
        #expect(account.settings.keys == ["baseURL"], "the secret is not among what may be read")
        #expect(try AccountSecrets.open(account, vault)["apiKey"] == "very-secret")
    }

    @Test("changes nothing the second time")
    func idempotent() throws {
        let second = try edit(Self.document, after: edit(Self.document))
        #expect(second.problems.isEmpty && second.writes.isEmpty && second.keys.isEmpty)
        #expect(second.changes.map(\.action) == [.unchanged, .unchanged, .unchanged])
    }

    @Test("tells what changes, but never a secret's value")
    func changes() throws {
        let before = try edit(Self.document)
        let document = changed { account in
            account["priority"] = 20
            account["settings"] = [
                "baseURL": "https://example.org", "apiKey": "another-secret", "seconds": 7,
            ]
            account["callbackAddresses"] = []
        }
        let after = try edit(document, after: before)
        let fields = try #require(after.changes.first?.fields)
        #expect(
            fields.map(\.name) == [
                "priority", "settings.baseURL", "settings.seconds", "settings.apiKey", "callbackAddresses",
            ])
        let text = String(decoding: JSON.array(after.changes.map(\.json)).compact(), as: UTF8.self)
        #expect(!text.contains("secret"))
        #expect(text.contains(#""settings.apiKey":"changed""#))
        #expect(try AccountSecrets.open(#require(after.accounts.first), vault)["apiKey"] == "another-secret")
    }

    @Test("keeps a secret that is left out, and takes away what else is left out")
    func leftOut() throws {
        var first = Self.document["accounts"]?[0]?.objectValue ?? [:]
        first["settings"] = ["baseURL": "https://example.com", "apiKey": "very-secret", "seconds": 9]
        let before = try edit(["accounts": [.object(first)]])
        let after = try edit(changed { $0["settings"] = ["baseURL": "https://example.com"] }, after: before)
        #expect(after.problems.isEmpty)
        #expect(after.changes.first?.fields.map(\.name) == ["settings.seconds"])
        let account = try #require(after.accounts.first)
        #expect(account.settings["seconds"] == nil)
        #expect(try AccountSecrets.open(account, vault)["apiKey"] == "very-secret")
    }

    @Test("reports every problem at once, each with its place and no value")
    func problems() throws {
        let edit = try edit([
            "merchants": [
                ["name": "Shop", "displayname": "x", "apps": [["name": "web", "accessKey": "short"]]],
                ["displayName": ""], ["name": "twice"], ["name": "twice"], 7,
            ],
            "accounts": [
                ["name": "one", "connector": "dumy"],
                [
                    "name": "two", "connector": "dummy", "priority": -1,
                    "methods": ["KES_BANK", "X", "THB_QR", "THB_QR"],
                    "settings": ["baseURL": "ftp://x", "surprise": "very-secret"],
                    "callbackAddresses": ["10.0.0.1/8", "fe80::/10"], "proxy": "http://user:pw@proxy:1",
                ],
                [
                    "name": "three", "connector": "dummy",
                    "settings": ["baseURL": "http://x", "apiKey": "worn-out"],
                ],
            ],
            "accountz": [],
        ])
        let places = Set(edit.problems.map(\.pointer))
        for place in [
            "/merchants/0/name", "/merchants/0/displayname", "/merchants/0/apps/0/accessKey",
            "/merchants/0/apps/0", "/merchants/1/displayName", "/merchants/1/name", "/merchants/3/name",
            "/merchants/4", "/accounts/0/connector", "/accounts/1/priority", "/accounts/1/methods/0",
            "/accounts/1/methods/1", "/accounts/1/methods/3", "/accounts/1/settings/baseURL",
            "/accounts/1/settings/apiKey", "/accounts/1/settings/surprise", "/accounts/1/callbackAddresses/0",
            "/accounts/1/proxy", "/accounts/2/settings/apiKey", "/accountz",
        ] {
            #expect(places.contains(place), "\(place) is not reported")
        }
        let texts = edit.problems.map(\.detail).joined()
        #expect(!texts.contains("very-secret") && !texts.contains("user:pw"))
        #expect(texts.contains("did you mean 'displayName'?") && texts.contains("did you mean 'accounts'?"))
    }

    @Test("refuses another id, another connector, another app's key")
    func fixed() throws {
        let before = try edit(Self.document)
        let other = Identifier(high: 1, low: 1)
        let renamed = try edit(
            ["merchants": [["name": "shop", "id": .string(other.text(.merchant))]]], after: before)
        #expect(renamed.problems.map(\.pointer) == ["/merchants/0/id"])
        let taken = try edit(
            ["merchants": [["name": "else", "id": .string(before.merchants[0].id.text(.merchant))]]],
            after: before)
        #expect(taken.problems.map(\.pointer) == ["/merchants/0/id"])
        let key = String(repeating: "k", count: 40)
        let apps: JSON = [
            ["name": "a", "accessKey": .string(key), "secretKey": .string(key + "1")],
            ["name": "b", "accessKey": .string(key), "secretKey": .string(key + "2")],
        ]
        let twins = try edit(["merchants": [["name": "shop", "apps": apps]]], after: before)
        #expect(twins.problems.map(\.pointer) == ["/merchants/0/apps/1/accessKey"])
    }

    @Test("switches a broken account off, but not on")
    func broken() throws {
        let before = try edit(Self.document)
        var account = before.accounts[0]
        account.settings = [:]
        var broken = before
        broken.accounts = [account]
        let off = try edit(["accounts": [["name": "one", "enabled": false]]], after: broken)
        #expect(off.problems.isEmpty && off.accounts[0].isEnabled == false)
        let on = try edit(["accounts": [["name": "one", "enabled": true]]], after: off)
        #expect(on.problems.map(\.pointer) == ["/accounts/0/settings/baseURL"])
    }

    @Test("takes keys as they are told, and new ones as a change that ends sign-ins")
    func givenKeys() throws {
        let keys = { (letter: String) -> JSON in
            let key = String(repeating: letter, count: 40)
            return [
                "merchants": [
                    [
                        "name": "shop",
                        "apps": [["name": "web", "accessKey": .string(key), "secretKey": .string(key)]],
                    ]
                ]
            ]
        }
        let first = try edit(keys("a"))
        #expect(first.keys.isEmpty && first.problems.isEmpty)
        #expect(try edit(keys("a"), after: first).writes.isEmpty)
        let second = try edit(keys("b"), after: first)
        guard case .app(_, let revokesTokens)? = second.writes.first?.write else {
            Issue.record("no app is written")
            return
        }
        #expect(revokesTokens)
        #expect(second.changes.last?.fields.map(\.name) == ["accessKey", "secretKey"])
    }

    @Test("an account that does not work is left out by name, and the others are not")
    func loading() throws {
        let edit = try edit([
            "accounts": [
                ["name": "good", "connector": "dummy", "settings": ["baseURL": "http://x", "apiKey": "k"]],
                ["name": "bad", "connector": "dummy", "settings": ["baseURL": "http://x", "apiKey": "k"]],
                ["name": "gone", "connector": "dummy", "settings": ["baseURL": "http://x", "apiKey": "k"]],
                [
                    "name": "stolen", "connector": "dummy",
                    "settings": ["baseURL": "http://x", "apiKey": "k"],
                ],
            ]
        ])
        var accounts = edit.accounts
        accounts[1].settings["seconds"] = 99
        accounts[2].connector = "nobody"
        // Sealed for another row: moved, it does not open.
        accounts[3].sealedSecrets = accounts[0].sealedSecrets
        let directory = DirectoryLoader(vault: vault, connector: DummyConnector.lookup)
            .directory(merchants: edit.merchants, apps: edit.apps, accounts: accounts)
        #expect(directory.accounts.map(\.name) == ["good"])
        #expect(directory.unusableAccounts.map(\.name).sorted() == ["bad", "gone", "stolen"])
        let reasons = directory.unusableAccounts.map(\.reason)
        #expect(reasons.contains { $0.contains("settings/seconds") })
        #expect(reasons.contains { $0.contains("nobody") })
        #expect(reasons.contains { $0.contains("does not open") })
    }
}
