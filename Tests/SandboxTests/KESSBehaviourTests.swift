import Testing

@testable import sandbox

@Suite("Behaviours of KESS in the sandbox")
struct KESSBehaviourTests {
    let front: Front
    let one: KESSPartner

    init() throws {
        front = try Fixture.front()
        one = .one(front)
    }

    @Test(
        "knows receivers of their own kind",
        arguments: [
            ("85512345678", "SOK DARA"), ("85500000003", "សុខ ដារា"), ("85500000001", nil),
            ("85500000002", nil),
        ] as [(String, String?)])
    func receivers(id: String, name: String?) throws {
        let answer = try one.create(receiver: id)
        #expect(answer.data["receiver_name"]?.string == name)
        #expect(answer.code == (name == nil ? "NOTELIGIBLE" : nil))
        #expect(answer.isSigned)
    }

    @Test("renames a receiver between two creates, and tells the name of the create afterwards")
    func renamed() throws {
        let names = try ["K1", "K2", "K3"].map { reference in
            try one.create(reference, receiver: "85500000004").data["receiver_name"]?.string
        }
        #expect(names[0] != names[1])
        #expect(names[0] == names[2])
        #expect(try one.query("K2").data["receiver_name"]?.string == names[1])
    }

    @Test("has a name of 96 awkward characters, and a wallet that closes before the confirmation")
    func awkward() throws {
        let name = try unwrap(try one.create(receiver: "85500000005").data["receiver_name"]?.string)
        #expect(name.unicodeScalars.count == 96)
        let id = try one.created("K2", receiver: "85500000006")
        #expect(try one.confirm(id).code == "VALIDATIONERROR")
        #expect(try front.control.entry("K2")["moved"]?.bool == false)
    }

    @Test("derives names that a signature over re-encoded text is put to the test by")
    func names() {
        let names = (0..<1_000).map { KESSReceivers.name("8551\($0)") }
        #expect(names.contains { $0.contains("/") })
        #expect(names.contains { $0.utf8.contains { $0 >= 0x80 } })
        #expect(names.allSatisfy { $0.unicodeScalars.count <= 96 })
        #expect(Set(names).count > 50)
    }

    @Test(
        "does at confirmation what the amount's decimals say, and nothing of it at creation",
        arguments: [
            ("00", 200, "SUCCESS", true), ("01", 400, "VALIDATIONERROR", false),
            ("02", 400, "VALIDATIONERROR", false), ("03", 400, "VALIDATIONERROR", false),
            ("04", 200, "SUCCESS", true), ("05", 0, nil, true), ("06", 0, nil, false),
            ("07", 500, "SYSTEMERROR", true), ("08", 500, "SYSTEMERROR", false), ("09", 200, nil, true),
            ("10", 200, "SUCCESS", true), ("11", 200, "SUCCESS", true), ("13", 200, "SUCCESS", true),
            ("21", 200, "PENDING", false), ("22", 403, nil, false), ("23", 401, "UNAUTHENTICATED", false),
        ] as [(String, Int, String?, Bool)])
    func magic(decimals: String, status: Int, result: String?, moved: Bool) throws {
        let id = try one.created(amount: .number("5.\(decimals)"))
        let answer = try one.confirm(id)
        #expect(answer.status == status)
        #expect(answer.result == result)
        #expect(answer.isSigned == (result != nil && !["10", "23"].contains(decimals)))
        #expect(try front.control.entry("K1")["moved"]?.bool == moved)
        #expect(try one.query().result == (moved ? "SUCCESS" : "PENDING"))
        // What is stuck is used, and never expires.
        front.world.state.withLock { $0.orders[id]?.expiresAt = .now }
        let isTaken = moved || decimals == "21"
        #expect(try one.query().result == (moved ? "SUCCESS" : isTaken ? "PENDING" : "EXPIRED"))
    }

    @Test(
        "answers any code at any step when told to",
        arguments: [
            (.notEligible, "NOTELIGIBLE"), (.validation, "VALIDATIONERROR"), (.used, "USED"),
            (.notExist, "NOTEXIST"), (.expired, "EXPIRED"), (.badKey, "UNAUTHENTICATED"),
        ] as [(Behaviour, String)])
    func codes(behaviour: Behaviour, code: String) throws {
        one.plan(.create, behaviour)
        #expect(try one.create().code == code)
        let id = try one.created()
        one.plan(.query, behaviour)
        #expect(try one.query().code == code)
        one.plan(.confirm, behaviour)
        #expect(try one.confirm(id).code == code)
        #expect(try front.control.entry("K1")["moved"]?.bool == false)
        // A transfer that was said to have expired has.
        #expect(try one.query().result == (behaviour == .expired ? "EXPIRED" : "PENDING"))
        #expect(try one.confirm(id).result == (behaviour == .expired ? "EXPIRED" : "SUCCESS"))
    }

    @Test(
        "tells something else than the truth when told to",
        arguments: [
            (.wrongAmount, "amount"), (.wrongCurrency, "currency"), (.wrongReceiver, "receiver_id"),
            (.wrongReference, "out_trade_no"), (.rename, "receiver_name"),
        ] as [(Behaviour, String)])
    func lies(behaviour: Behaviour, field: String) throws {
        let truth = try one.create().data
        let id = try unwrap(truth["pre_transfer_id"]?.string)
        one.plan(.confirm, behaviour)
        let confirmed = try one.confirm(id)
        one.plan(.query, behaviour)
        for answer in [confirmed, try one.query()] {
            #expect(answer.result == "SUCCESS")
            #expect(answer.isSigned)
            let differing = answer.data.members.filter { member in
                truth[member.key].map { !$0.isSame(as: member.value) } ?? false
            }
            #expect(differing.map(\.key) == [field])
        }
        let honest = try one.query().data
        #expect(try unwrap(honest[field]).isSame(as: try unwrap(truth[field])))
    }

    @Test("hides a transfer from a query, or says that it is not done yet, when told to")
    func hidden() throws {
        #expect(try one.confirm(try one.created()).result == "SUCCESS")
        one.plan(.query, .notFound)
        #expect(try one.query().code == "NOTEXIST")
        one.plan(.query, .stuck)
        #expect(try one.query().result == "PENDING")
        #expect(try one.query().result == "SUCCESS")
    }

    @Test("spoils the signature of a refusal too")
    func spoilt() throws {
        one.plan(.query, .badSignatureAnswer)
        let answer = try one.query()
        #expect(answer.code == "NOTEXIST")
        #expect(!answer.isSigned)
    }

    @Test(
        "plays behaviours at the token", arguments: [Behaviour.badKey, .refuse, .errorBefore, .garbledAfter])
    func token(behaviour: Behaviour) throws {
        one.plan(.token, behaviour)
        let answer = try one.ask()
        #expect(answer.body["access_token"] == nil)
        let expected: [Behaviour: Int] = [.errorBefore: 500, .garbledAfter: 200]
        #expect(answer.status == expected[behaviour] ?? 401)
        #expect(try one.ask().status == 200)
    }

    @Test("shows the calls without passwords and tokens")
    func requests() throws {
        let token = try one.token()
        let id = try one.created()
        _ = try one.confirm(id)
        _ = try one.query()
        _ = try one.ask(token: ["passwort": "sandbox-kess-password-0123456789"])
        one.plan(.token, .garbledAfter)
        _ = try one.ask()
        let records = front.world.state.withLock { $0.requests.elements }
        let kinds = Set(records.map(\.operation))
        #expect(kinds == ["token", "create", "confirm", "query"])
        #expect(records.filter { $0.operation != "token" }.allSatisfy { $0.reference == "K1" })
        #expect(records.allSatisfy { $0.provider == .kess && $0.account == "demo-one" })
        let text = records.map { JSONWriter.text(.object($0.json)) }.joined()
        #expect(!text.contains("password-0123456789"))
        #expect(!text.contains("secret-0123456789"))
        #expect(!text.contains(token))
        #expect(!text.contains("eyJ"))
    }

    @Test("moves a transfer's money once for many who confirm it at the same time")
    func together() throws {
        let world = front.world
        let ids = try (0..<20).map { try one.created("K\($0)") }
        let done = Locked<[String]>([])
        for thread in 0..<8 {
            Threads.start {
                for (index, id) in ids.enumerated() {
                    let confirmed = try? world.confirm(
                        id, account: AccountKey(provider: .kess, name: "demo-one"),
                        transaction: "T\(thread)x\(index)", world.script())
                    done.withLock { $0.append(confirmed == nil ? "" : id) }
                }
            }
        }
        #expect(eventually { done.withLock { $0.count } == 160 })
        #expect(done.withLock { $0.filter { !$0.isEmpty }.sorted() } == ids.sorted())
        #expect(world.account(one.account)?.balance.text == "999999900.00")
    }
}
