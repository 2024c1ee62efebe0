extension ControlDesk {
    func pay(_ body: Body) throws(ControlProblem) -> JSONObject {
        if let code = body.optionalText("qr"), !PromptPay.isThai(code) { return try payBakong(code, body) }
        let order = try self.order(body)
        let amount = try body.amount("amount")
        if let amount, amount.minor == 0 { throw .bad("amount must be more than zero") }
        var wasPaid = false
        do {
            try world.pay(order.id, amount: amount)
        } catch {
            // Asking twice for the same payment is harmless: the money moved once.
            wasPaid = error == .alreadyPaid && (amount == nil || amount == world.order(order.id)?.received)
            guard wasPaid else { throw ControlProblem(status: 409, message: error.message) }
        }
        var entry = try entry(order.id)
        entry["alreadyPaid"] = .bool(wasPaid)
        return entry
    }

    /// Sends one callback now. A genuine one tells the order's own status; the others claim an end, for that is what
    /// a forger is after. `status` (PayPlus's words or HaiPay's numbers) overrides both.
    func callback(_ body: Body) throws(ControlProblem) -> JSONObject {
        let order = try self.order(body)
        let variant =
            body.object["variant"] == nil ? .genuine : try body.word("variant", CallbackVariant.self)
        let progress =
            try body.progress() ?? (variant == .genuine ? world.progress(of: order) : order.end ?? .completed)
        guard let first = world.tellAndWait(order, progress, variant) else {
            throw ControlProblem(status: 409, message: "that order has no callback URL")
        }
        let result = variant == .duplicate ? world.tellAndWait(order, progress, variant) ?? first : first
        return [
            "status": JSONValue(result.status), "body": .string(String(decoding: result.body, as: UTF8.self)),
            "problem": JSONValue(result.problem.isEmpty ? nil : result.problem),
        ]
    }

    private func order(_ body: Body) throws(ControlProblem) -> Order {
        let reference = body.optionalText("reference")
        let id = body.optionalText("providerReference")
        let code = body.optionalText("qr")
        if let code, !PromptPay.isIntact(code) { throw .bad("that QR text has a wrong checksum") }
        let order = world.state.withLock { state -> Order? in
            let byReference = reference.flatMap { reference in
                state.referenceOrder.last {
                    $0.reference == reference && state.references[$0]?.orders.isEmpty == false
                }
            }
            let found =
                id ?? code.flatMap { state.ordersByQR[$0] }
                ?? byReference.flatMap { state.references[$0]?.orders.last }
            return found.flatMap { state.orders[$0] }
        }
        guard let order else {
            throw ControlProblem(
                status: 404,
                message:
                    "no such order: give reference, providerReference or qr (Bakong knows a code by qr alone)"
            )
        }
        return order
    }

    func plan(_ body: Body) throws(ControlProblem) -> JSONObject {
        let provider = try body.word("provider", ProviderName.self)
        let name = body.object["account"]?.integer.map(String.init) ?? body.optionalText("account")
        let operation = try body.word("operation", Operation.self)
        let behaviour = try body.word("behaviour", Behaviour.self)
        let count = body.object["count"]?.integer ?? 1
        guard (1...1_000_000).contains(count) else { throw .bad("count must be 1 to 1000000") }
        let accounts = world.state.withLock { state in
            state.accounts.keys.filter { $0.provider == provider && (name == nil || name == $0.name) }
        }
        guard !accounts.isEmpty else { throw .bad("no such account") }
        let parameters = body.object["parameters"]?.object.map { Body(object: $0) }
        let latency = try parameters?.milliseconds("latencyMs")
        let late = try parameters?.milliseconds("lateMs")
        world.state.withLock { state in
            state.planned += accounts.map { account in
                PlannedBehaviour(
                    account: account, operation: operation, behaviour: behaviour, remaining: Int(count),
                    latencyMs: latency, lateMs: late)
            }
        }
        return ["status": "planned", "accounts": JSONValue(accounts.count), "count": JSONValue(count)]
    }

    func set(_ body: Body) throws(ControlProblem) -> JSONObject {
        var settings = world.state.withLock { $0.settings }
        let known =
            (Settings.numbers + Settings.seconds).map(\.name) + [
                "autoPayMs", "callbacks", "amountMeans", "balance", "closedBanks", "account",
            ]
        if let unknown = body.object.members.first(where: { !known.contains($0.key) }) {
            throw .bad("unknown setting \(unknown.key); there are: \(known.joined(separator: ", "))")
        }
        for (name, path) in Settings.numbers {
            if let value = try body.milliseconds(name) { settings[keyPath: path] = value }
        }
        for (name, path) in Settings.seconds {
            if let value = try body.seconds(name) { settings[keyPath: path] = value }
        }
        if body.object["autoPayMs"] != nil { settings.autoPayMs = try body.milliseconds("autoPayMs") }
        if body.object["callbacks"] != nil {
            settings.callsBackEveryStep = try body.choice("callbacks", "all", else: "last")
        }
        if body.object["amountMeans"] != nil {
            settings.amountIsReceived = try body.choice("amountMeans", "received", else: "ordered")
        }
        let balance = try body.amount("balance")
        let closed = try body.bankCodes("closedBanks")
        let account = body.optionalText("account")
        world.state.withLock { [settings] state in
            state.settings = settings
            for key in state.accounts.keys where account == nil || account == key.name {
                if let balance { state.accounts[key]?.balance = balance }
                if let closed { state.accounts[key]?.closedBanks = closed }
            }
        }
        return settings.json
    }

    func add(_ body: Body) throws(ControlProblem) -> JSONObject {
        let account: Account
        switch try body.word("provider", ProviderName.self) {
        case .payplus: account = try payplusAccount(body)
        case .haipay: account = try haipayAccount(body)
        case .bakong: account = try bakongAccount(body)
        case .kess: account = try kessAccount(body)
        }
        world.state.withLock { $0.accounts[account.key] = account }
        var answer: JSONObject = ["status": "added", "account": .string(account.key.name)]
        if let credentials = account.bakong {
            answer["token"] = .string(BakongToken(lastingFor: credentials.tokenID).text)
        }
        return answer
    }

    /// Makes every token that was issued so far worthless; without `account`, every account's.
    func revokeTokens(_ body: Body) throws(ControlProblem) -> JSONObject {
        let provider = try body.word("provider", ProviderName.self)
        let name = body.optionalText("account")
        if let name, world.account(AccountKey(provider: provider, name: name)) == nil {
            throw .bad("no such account")
        }
        switch provider {
        case .kess: _ = world.revokeTokens(of: name)
        case .bakong:
            world.state.withLock { state in
                for key in state.accounts.keys where key.provider == .bakong && name ?? key.name == key.name {
                    state.bakong.revoke(key, at: .now)
                }
            }
        case .payplus, .haipay: throw .bad("\(provider.rawValue) has no tokens")
        }
        let count = world.state.withLock { state in
            state.accounts.keys.count { $0.provider == provider && name ?? $0.name == $0.name }
        }
        return ["status": "revoked", "accounts": JSONValue(count)]
    }

    private func payplusAccount(_ body: Body) throws(ControlProblem) -> Account {
        let apiKey = try body.text("key")
        let isTaken = world.state.withLock { state in
            state.accounts.values.contains {
                if case .payplus(let other) = $0.credentials { other.apiKey == apiKey } else { false }
            }
        }
        guard !apiKey.isEmpty, !isTaken else { throw .bad("key must be new and not empty") }
        let credentials = Account.PayPlusCredentials(
            apiKey: apiKey, promptPay: body.optionalText("promptpay") ?? "0812345679",
            bankAccountNumber: body.optionalText("bankAccountNumber") ?? "1234567890")
        let key = AccountKey(provider: .payplus, name: try body.text("account"))
        return Account(key: key, credentials: .payplus(credentials), balance: Account.openingBalance)
    }

    private func haipayAccount(_ body: Body) throws(ControlProblem) -> Account {
        guard let appID = body.object["appId"]?.integer else { throw .bad("appId must be a number") }
        guard let merchant = RSAKey(publicBase64: try body.text("merchantPublicKey")) else {
            throw .bad("merchantPublicKey must be an RSA key, SPKI in base64")
        }
        guard let platform = RSAKey(privateBase64: try body.text("platformPrivateKey")) else {
            throw .bad("platformPrivateKey must be an RSA key, PKCS#8 in base64")
        }
        let credentials = Account.HaiPayCredentials(
            appID: appID, secret: try body.text("secret"), merchantPublicKey: merchant,
            platformPrivateKey: platform,
            notifyURL: body.optionalText("notifyUrl"))
        let key = AccountKey(provider: .haipay, name: String(appID))
        return Account(key: key, credentials: .haipay(credentials), balance: Account.openingBalance)
    }
}

extension ControlDesk.Body {
    init(object: JSONObject) {
        self.object = object
    }

    fileprivate func progress() throws(ControlProblem) -> Progress? {
        guard let value = object["status"], !value.isNull else { return nil }
        switch value.integer ?? value.string.flatMap(Int64.init) {
        case 0: return .waiting
        case 1: return .processing
        case 2: return .completed
        case 3: return .failed
        case -1: return .exception
        default: return try word("status", Progress.self)
        }
    }

    /// True for the first of two words, false for the second.
    fileprivate func choice(
        _ name: String, _ first: String, else second: String
    ) throws(ControlProblem) -> Bool {
        let word = try text(name)
        guard word == first || word == second else { throw .bad("\(name) must be \(first) or \(second)") }
        return word == first
    }
}
