extension BakongDesk {
    /// Makes a short link, another each time. From then on the sandbox knows the code, and `autoPayMs` may pay it.
    func deeplink(_ fields: BakongFields) throws(Refusal) -> BakongWork {
        let text = try fields.text("qr", upTo: 4_096)
        try fields.source()
        try fields.nothingBut(["qr", "sourceInfo"])
        let code: KHQR
        do throws(KHQRReader.Failure) {
            code = try KHQRReader.read(text)
        } catch {
            throw BakongAnswers.refusal(.deeplink, detail: error.text)
        }
        guard code.isDynamic else { throw BakongAnswers.refusal(.staticCode) }
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        let id = String((0..<17).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
        let delay = world.state.withLock { state in
            state.bakong.links[id] = code
            return state.settings.autoPayMs
        }
        if let delay { world.after(delay) { payByItself(code) } }
        let data = JSONValue.object(["shortLink": .string("\(publicURL)/bakong/d/\(id)")])
        return BakongWork(answer: BakongAnswers.success("Getting deep link successfully", data))
    }

    /// As a payer would: a code that no bank takes stays unpaid.
    private func payByItself(_ code: KHQR) {
        guard let amount = code.amount, (try? world.checkPayable(code, mayBeLate: false)) != nil else {
            return
        }
        _ = world.payBakong(
            code, BakongArrival(accountID: code.accountID, currency: code.currency, amount: amount))
    }

    /// Where a deeplink leads: what a telephone with the Bakong app would show.
    func linked(_ id: String) -> WebAnswer {
        guard let code = world.state.withLock({ $0.bakong.links[id] }), let amount = code.amount else {
            return .json(404, ["error": "no such link"])
        }
        let isPaid = world.state.withLock { $0.bakong.payments[code.md5] != nil }
        let text =
            "Pay \(amount.text) \(code.currency) to \(code.accountID).\nKHQR: \(code.text)\nPaid: \(isPaid ? "yes" : "no")\n"
        return WebAnswer(
            kind: .respond(status: 200, body: Array(text.utf8)), contentType: "text/plain; charset=utf-8")
    }

    func checkAccount(_ fields: BakongFields) throws(Refusal) -> BakongWork {
        let id = try fields.text("accountId", upTo: 256)
        try fields.nothingBut(["accountId"])
        guard KHQR.isAccountID(id) else { throw BakongAnswers.refusal(.badAccount) }
        guard world.bakongKnows(id) else { throw BakongAnswers.refusal(.noAccount) }
        return BakongWork(answer: BakongAnswers.success("Account ID exists", nil))
    }
}

extension World {
    /// The accounts played here, and everybody at two banks but two persons.
    func bakongKnows(_ id: String) -> Bool {
        if bakongAccount(withID: id) != nil { return true }
        guard id != "closed@devb", id != "nobody@devb" else { return false }
        return id.hasSuffix("@devb") || id.hasSuffix("@aclb")
    }

    /// Refuses a code that a payer's bank would not take, though it can be read.
    func checkPayable(_ code: KHQR, mayBeLate: Bool) throws(KHQRReader.Failure) {
        try code.checkExpiry(at: .now, mayBeLate: mayBeLate)
        guard bakongKnows(code.accountID) else {
            let tag = code.kind == .merchant ? "30/00" : "29/00"
            throw KHQRReader.Failure(tag: tag, message: "no such account: \(code.accountID)")
        }
        if let account = bakongAccount(withID: code.accountID)?.bakong { try code.check(against: account) }
    }
}
