extension ControlDesk {
    /// A payer pays a KHQR code: only now does the bank learn of it. Another amount, currency or account than the code's
    /// may arrive.
    func payBakong(_ text: String, _ body: Body) throws(ControlProblem) -> JSONObject {
        let code: KHQR
        let known: BakongPayment?
        do throws(KHQRReader.Failure) {
            code = try KHQRReader.read(text)
            known = world.state.withLock { [md5 = code.md5] in $0.bakong.payments[md5] }
            if known == nil { try world.checkPayable(code, mayBeLate: body.object["late"]?.bool ?? false) }
        } catch {
            throw .bad(error.text)
        }
        let arrival = try arrival(of: code, known, body)
        var wasPaid = false
        let hash: String
        switch world.payBakong(code, arrival) {
        case .paid(let new): hash = new
        case .paidBefore(let payment):
            guard payment.arrival == arrival else {
                throw ControlProblem(status: 409, message: "that code is paid")
            }
            wasPaid = true
            hash = payment.hash
        case .refused(let behaviour):
            let words = "the payer's bank refuses: nothing moved (\(behaviour.rawValue))"
            throw ControlProblem(status: 409, message: words)
        }
        var entry = try entry(hash)
        entry["alreadyPaid"] = .bool(wasPaid)
        entry["md5"] = .string(code.md5)
        return entry
    }

    /// What a second request leaves out is what arrived the first time.
    private func arrival(
        of code: KHQR, _ known: BakongPayment?, _ body: Body
    ) throws(ControlProblem) -> BakongArrival {
        guard let amount = try body.amount("amount") ?? known?.arrival.amount ?? code.amount else {
            throw .bad("a static code needs an amount")
        }
        let currency = body.optionalText("currency") ?? known?.arrival.currency ?? code.currency
        guard currency == "USD" || currency == "KHR" else { throw .bad("currency must be USD or KHR") }
        guard amount.minor > 0, currency == "USD" || amount.hundredths == 0 else {
            throw .bad("amount must be more than zero, and whole riel")
        }
        let account = body.optionalText("account") ?? known?.arrival.accountID ?? code.accountID
        guard KHQR.isAccountID(account) else { throw .bad("account must be user@bank") }
        return BakongArrival(accountID: account, currency: currency, amount: amount)
    }

    /// What was mailed to people who register.
    func mail(_ query: [String: String]) -> JSONObject {
        let wanted = query["provider"] ?? ProviderName.bakong.rawValue
        let mails = world.state.withLock { $0.bakong.mails }
        let shown = mails.filter { _ in wanted == ProviderName.bakong.rawValue }.map { mail in
            JSONValue.object([
                "provider": "bakong", "at": .string(mail.at.iso), "to": .string(mail.email),
                "code": .string(mail.code),
            ])
        }
        return ["mail": .array(shown)]
    }

    func bakongAccount(_ body: Body) throws(ControlProblem) -> Account {
        let id = try body.text("bakongAccount")
        let email = try body.text("email")
        guard KHQR.isAccountID(id) else { throw .bad("bakongAccount must be user@bank") }
        let name = try body.text("account")
        let isTaken = [world.bakongAccount(withID: id), world.bakongAccount(withEmail: email)].contains {
            account in
            account.map { $0.key.name != name } ?? false
        }
        guard !email.isEmpty, !isTaken else {
            throw .bad("bakongAccount and email must be new, and not empty")
        }
        let merchant = body.optionalText("merchantId")
        guard (merchant == nil) == (body.optionalText("acquiringBank") == nil) else {
            throw .bad("a merchant has both merchantId and acquiringBank")
        }
        return .bakong(
            name, accountID: id, email: email, merchantID: merchant,
            acquiringBank: body.optionalText("acquiringBank"),
            isRegistered: body.object["registered"]?.bool ?? true)
    }
}
