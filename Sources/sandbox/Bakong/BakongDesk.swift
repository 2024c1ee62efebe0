/// Bakong's Open API as the seed documents it, with the later check of lists, under `/bakong`.
struct BakongDesk: Sendable {
    static let prefix = "/bakong/"

    let world: World
    /// Where deeplinks are said to lead.
    let publicURL: String

    private static let routes: [String: Operation] = [
        "v1/request_token": .requestToken, "v1/verify": .verify, "v1/renew_token": .renew,
        "v1/generate_deeplink_by_qr": .deeplink, "v1/check_transaction_by_md5": .check,
        "v1/check_transaction_by_md5_list": .checkList, "v1/check_transaction_by_hash": .checkHash,
        "v1/check_transaction_by_short_hash": .checkShortHash, "v1/check_bakong_account": .account,
    ]

    func answer(_ request: WebRequest) -> WebAnswer {
        let path = String(request.path.dropFirst(Self.prefix.count))
        if path.hasPrefix("d/"), request.method == "GET" { return linked(String(path.dropFirst(2))) }
        guard let operation = Self.routes[path] else {
            return BakongAnswers.refusal(.noConnection, status: 404, detail: "No such path.").answer
        }
        guard request.method == "POST" else {
            return BakongAnswers.refusal(.noConnection, status: 405, detail: "POST it.").answer
        }
        let body = try? JSONReader.read(request.body)
        let account = account(of: request, operation, body?.object)
        let answer = answer(request, BakongCall(operation: operation, account: account), body)
        let shown = answer.shown
        world.note(
            RequestRecord(
                at: .now, provider: .bakong, account: account?.key.name, operation: operation.rawValue,
                reference: Self.reference(body?.object), peer: request.peer, body: request.body,
                status: shown.status, answer: shown.body))
        return answer
    }

    /// By the token where one is wanted, else by what the body names.
    private func account(of request: WebRequest, _ operation: Operation, _ body: JSONObject?) -> Account? {
        switch operation {
        case .requestToken, .renew: body?["email"]?.string.flatMap(world.bakongAccount(withEmail:))
        case .deeplink: receiver(ofCode: body?["qr"]?.string)
        case .verify: nil
        default: Self.token(of: request).flatMap(world.bakongAccount(withToken:))
        }
    }

    private func receiver(ofCode text: String?) -> Account? {
        let code = text.flatMap { try? KHQRReader.read($0) }
        return code.flatMap { world.bakongAccount(withID: $0.accountID) }
    }

    private static func token(of request: WebRequest) -> String? {
        guard let header = request.headers["authorization"], header.hasPrefix("Bearer ") else { return nil }
        return String(header.dropFirst(7))
    }

    /// What the record of a call is found by: the MD5 or the hash that was asked for.
    private static func reference(_ body: JSONObject?) -> String? {
        body?["md5"]?.string ?? body?["hash"]?.string ?? body?["qr"]?.string.map(BakongDigest.md5)
    }

    private func answer(_ request: WebRequest, _ call: BakongCall, _ body: JSONValue?) -> WebAnswer {
        guard !call.needsToken || call.account != nil else { return BakongAnswers.unauthorised.answer }
        guard WebText.isJSON(request.headers["content-type"]) else {
            return BakongAnswers.badRequest("Content-Type must be application/json.").answer
        }
        guard let body else { return BakongAnswers.badRequest("The body must be JSON.").answer }
        return play(call) { behaviour throws(Refusal) in
            if call.operation == .checkList { return try checkList(body, behaviour) }
            guard let object = body.object else {
                throw BakongAnswers.badRequest("The body must be a JSON object.")
            }
            let fields = BakongFields(body: object)
            switch call.operation {
            case .requestToken: return try requestToken(fields)
            case .verify: return try verify(fields)
            case .renew: return try renew(fields)
            case .deeplink: return try deeplink(fields)
            case .account: return try checkAccount(fields)
            case .checkHash: return try checkHash(fields, behaviour)
            case .checkShortHash: return try checkShortHash(fields, behaviour)
            default: return try check(fields, behaviour)
            }
        }
    }
}

/// One call, and whose it is.
struct BakongCall {
    var operation: Operation
    var account: Account?

    /// Whether the documents want a bearer token.
    var needsToken: Bool {
        switch operation {
        case .requestToken, .verify, .renew, .deeplink: false
        default: true
        }
    }
}

/// What a call came to, with a behaviour for its answer where an amount asks for one.
struct BakongWork {
    var answer: JSONObject
    var once: Behaviour?
}
