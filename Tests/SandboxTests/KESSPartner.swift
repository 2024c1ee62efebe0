import Testing

@testable import sandbox

/// One side of KESS's protocol in the tests: signs as a partner does, and checks what it is answered.
struct KESSPartner {
    struct Answer {
        var status: Int
        var body: JSONObject
        var isSigned: Bool

        var data: JSONObject { body["data"]?.object ?? [:] }
        var code: String? { body["error_code"]?.string }
        /// `result_code` of a success, else the error's code.
        var result: String? { data["result_code"]?.string ?? code }
    }

    let front: Front
    var account = AccountKey(provider: .kess, name: "demo-one")
    var suffix = ""
    var digest = RSADigest.sha256
    var precision = PHPNumber.Precision.shortest

    static func one(_ front: Front) -> KESSPartner { KESSPartner(front: front) }

    static func two(_ front: Front) -> KESSPartner {
        KESSPartner(
            front: front, account: AccountKey(provider: .kess, name: "demo-two"), suffix: "-two",
            digest: .sha1, precision: .seventeen)
    }

    func ask(token body: JSONObject = [:], headers: [String: String] = [:]) throws -> Answer {
        var fields: JSONObject = [
            "user_name": .string("causeway\(suffix)"),
            "password": .string("sandbox-kess-password\(suffix)-0123456789"),
        ]
        for change in body.members { fields[change.key] = change.value.isNull ? nil : change.value }
        var all = [
            "content-type": "application/json", "partner-id": "sandbox-kess-partner\(suffix)",
            "partner-secret-key": "sandbox-kess-secret\(suffix)-0123456789abcdef",
        ]
        all.merge(headers) { $1 }
        return try send("/token", all, JSONWriter.bytes(fields))
    }

    func token() throws -> String {
        try unwrap(try ask().body["access_token"]?.string)
    }

    /// A signed call of the gateway, with a token of its own unless one is given.
    func call(_ service: String, _ fields: JSONObject, token: String? = nil) throws -> Answer {
        var body: JSONObject = ["service": .string(service), "sign_type": "RSA2"]
        for member in fields.members { body[member.key] = member.value }
        if body["sign"] == nil {
            let content = try unwrap(KESSSignature.content(body, precision))
            body["sign"] = .string(try Fixture.privateKey("kess_partner").sign(content, digest))
        }
        return try gateway(JSONWriter.bytes(body), token: try token ?? self.token())
    }

    func gateway(_ body: [UInt8], token: String) throws -> Answer {
        let headers = ["content-type": "application/json", "authorization": "Bearer \(token)"]
        return try send("/gateway", headers, body)
    }

    private func send(_ path: String, _ headers: [String: String], _ body: [UInt8]) throws -> Answer {
        let request = WebRequest(
            method: "POST", path: "/kess/partnerapi/v1\(path)", headers: headers, body: body)
        let shown = front.answer(request).shown
        let answer = (try? JSONReader.read(shown.body))?.object ?? [:]
        let content = try unwrap(KESSSignature.content(answer, precision))
        let sign = answer["sign"]?.string ?? ""
        let isSigned = try Fixture.publicKey("kess_platform").verifies(sign, of: content, digest)
        return Answer(status: shown.status, body: answer, isSigned: isSigned)
    }

    func create(
        _ reference: String = "K1", amount: JSONValue = .number("5.00"), receiver: String = "85512345678",
        changes: JSONObject = [:]
    ) throws -> Answer {
        var fields: JSONObject = [
            "out_trade_no": .string(reference), "receiver_id": .string(receiver),
            "sender_name": "Sok / Dara សុខ", "amount": amount, "currency": "USD",
        ]
        for change in changes.members { fields[change.key] = change.value }
        return try call("create.unified.fundTransfer", fields)
    }

    /// Creates a transfer, which must succeed, and gives its pre_transfer_id.
    func created(
        _ reference: String = "K1", amount: JSONValue = .number("5.00"), receiver: String = "85512345678"
    ) throws -> String {
        let answer = try create(reference, amount: amount, receiver: receiver)
        return try unwrap(answer.data["pre_transfer_id"]?.string)
    }

    func confirm(_ id: String, transaction: String = "T1") throws -> Answer {
        try call(
            "confirm.fundTransfer",
            ["partner_transaction_id": .string(transaction), "pre_transfer_id": .string(id)])
    }

    func query(_ reference: String = "K1") throws -> Answer {
        try call("query.fundTransfer", ["out_trade_no": .string(reference)])
    }

    /// Orders a behaviour for the next call.
    func plan(_ operation: sandbox.Operation, _ behaviour: Behaviour) {
        front.world.state.withLock { state in
            state.planned.append(
                PlannedBehaviour(
                    account: account, operation: operation, behaviour: behaviour, remaining: 1, latencyMs: 0))
        }
    }
}
