/// PayPlus's API as the seed documents it, under `/payplus/api/v1`.
struct PayPlusDesk: Desk {
    static let prefix = "/payplus/api/v1"

    let world: World
    /// Where the hosted payment page is said to be.
    let publicURL: String

    static func refusal(_ code: Int, _ message: String, hasStatus: Bool) -> Refusal {
        var body: JSONObject = hasStatus ? ["status": "error"] : [:]
        if !hasStatus { body["code"] = JSONValue(code) }
        body["message"] = .string(message)
        body["code"] = JSONValue(code)
        // What the key or the address decides is said in the HTTP status too; errors of a body come with 200.
        return Refusal(status: code == 401 || code == 403 || code == 500 ? code : 200, body: body)
    }

    var internalError: WebAnswer {
        Self.refusal(500, "Internal server error", hasStatus: false).answer
    }

    func refusal(_ behaviour: Behaviour, _ operation: Operation) -> Refusal {
        let isDeposit = operation == .deposit
        switch behaviour {
        case .badKey: return Self.refusal(401, "Invalid API key", hasStatus: true)
        case .notWhitelisted: return Self.refusal(403, "IP not in whitelist", hasStatus: true)
        case .refuseAccount: return Self.refusal(400, "Bank account is closed", hasStatus: isDeposit)
        case .refuseBalance:
            let message = isDeposit ? "Deposit limit of the account reached" : "Insufficient balance"
            return Self.refusal(400, message, hasStatus: isDeposit)
        default: return Self.refusal(400, "Bank is under maintenance", hasStatus: isDeposit)
        }
    }

    private struct Route {
        var method: String
        var operation: Operation
        var referenceField: String?
    }

    private static let routes: [String: Route] = [
        "/deposit": Route(method: "POST", operation: .deposit, referenceField: "transactionId"),
        "/withdraw": Route(method: "POST", operation: .withdraw, referenceField: "agent_order_no"),
        "/query": Route(method: "POST", operation: .query, referenceField: "agent_order_no"),
        "/balance": Route(method: "POST", operation: .balance),
        "/banks": Route(method: "GET", operation: .banks),
        "/health": Route(method: "GET", operation: .health),
    ]

    func answer(_ request: WebRequest) -> WebAnswer {
        let path = String(request.path.dropFirst(Self.prefix.count))
        if path == "/jwt/create", request.method == "POST" { return signed(request) }
        guard let route = Self.routes[path] else { return .json(404, ["code": 404, "message": "Not found"]) }
        guard route.method == request.method else {
            return .json(405, ["code": 405, "message": "Method not allowed"])
        }
        let account = account(of: request)
        let body = (try? JSONReader.read(request.body))?.object
        let reference = route.referenceField.flatMap { body?[$0]?.string }
        let answer = answer(request, route.operation, account, body, reference)
        let shown = answer.shown
        world.note(
            RequestRecord(
                at: .now, provider: .payplus, account: account?.key.name, operation: route.operation.rawValue,
                reference: reference, peer: request.peer, body: request.body, status: shown.status,
                answer: shown.body))
        return answer
    }

    private func answer(
        _ request: WebRequest, _ operation: Operation, _ account: Account?, _ body: JSONObject?,
        _ reference: String?
    ) -> WebAnswer {
        guard let account, case .payplus(let credentials) = account.credentials else {
            return Self.refusal(401, "Invalid API key", hasStatus: true).answer
        }
        if operation == .banks || operation == .health {
            let script = world.script(for: account.key, operation)
            return world.perform(operation, script, desk: self) { _ in
                Work(answer: operation == .banks ? banks(account.closedBanks) : health)
            }
        }
        let isDeposit = operation == .deposit
        if let reference, operation != .query {
            let amount = body?["amount"]?.numberText.flatMap(Amount.init(number:))
            world.countSubmission(
                of: reference, account: account.key, direction: isDeposit ? .payin : .payout,
                amount: amount?.text ?? "")
        }
        guard WebText.isJSON(request.headers["content-type"]) else {
            return Self.refusal(400, "Content-Type must be application/json", hasStatus: isDeposit).answer
        }
        guard let body else { return Self.refusal(400, "Invalid JSON", hasStatus: isDeposit).answer }
        let call = PayPlusCall(
            account: account, credentials: credentials,
            fields: PayPlusFields(body: body, hasStatus: isDeposit))
        do {
            switch operation {
            case .deposit: return try deposit(call)
            case .withdraw: return try withdraw(call)
            case .query: return try query(call)
            default: return try balance(call)
            }
        } catch {
            return error.answer
        }
    }

    private func account(of request: WebRequest) -> Account? {
        guard let key = request.headers["x-api-key"] else { return nil }
        return account(withKey: key)
    }

    private func account(withKey key: String) -> Account? {
        world.state.withLock { state in
            state.accounts.values.first {
                if case .payplus(let credentials) = $0.credentials {
                    credentials.apiKey == key
                } else {
                    false
                }
            }
        }
    }

    private func banks(_ closed: Set<String>) -> JSONObject {
        let list = ThaiBanks.all.map { bank in
            JSONValue.object([
                "code": .string(bank.code), "name": .string(bank.name), "name_th": .string(bank.thaiName),
                "active": .bool(!closed.contains(bank.code)),
            ])
        }
        return ["code": 200, "message": "Success", "data": .object(["banks": .array(list)])]
    }

    private var health: JSONObject {
        let now = Moment.now
        let uptime = Amount(minor: (now.milliseconds - world.startedAt.milliseconds) / 10)
        return [
            "code": 200, "message": "OK",
            "data": .object([
                "status": "healthy", "timestamp": .string(now.iso), "uptime": uptime.number,
            ]),
        ]
    }

    /// `POST /jwt/create`: signs what a merchant without a JWT library sends.
    private func signed(_ request: WebRequest) -> WebAnswer {
        let body = (try? JSONReader.read(request.body))?.object
        let key = body?["api_key"]?.string ?? request.headers["x-api-key"]
        guard let key, account(withKey: key) != nil else {
            return Self.refusal(401, "Invalid API key", hasStatus: false).answer
        }
        guard let fields = body?["params"]?.object else {
            return Self.refusal(400, "params is required", hasStatus: false).answer
        }
        let canonical = JSONObject(
            fields.without("signature").members.map { member in
                let number = member.value.numberText.flatMap(JavaScriptNumber.canonical).map(JSONValue.number)
                return JSONObject.Member(key: member.key, value: number ?? member.value)
            })
        return .json(
            200,
            [
                "code": 200, "message": "Success",
                "data": .object([
                    "signature": .string(Token.sign(canonical, key: key)), "algorithm": "HS256",
                    "payload": .object(canonical.sortedByUTF16),
                ]),
            ])
    }
}

/// One authenticated call.
struct PayPlusCall {
    var account: Account
    var credentials: Account.PayPlusCredentials
    var fields: PayPlusFields
}
