extension BakongDesk {
    /// Registers an address: a code of twenty characters goes there by mail, which `GET /_sandbox/mail` shows.
    func requestToken(_ fields: BakongFields) throws(Refusal) -> BakongWork {
        let email = try fields.email()
        _ = try fields.text("organization", upTo: 100)
        _ = try fields.text("project", upTo: 100)
        try fields.nothingBut(["email", "organization", "project"])
        if world.bakongAccount(withEmail: email)?.bakong?.isRegistered == true {
            throw BakongAnswers.refusal(.registeredAlready)
        }
        let code = String(BakongDigest.sha256("bakong code \(email)").prefix(20))
        world.state.withLock { state in
            state.bakong.registrations[code] = email
            state.bakong.mails.append(BakongBooks.Mail(at: .now, email: email, code: code))
        }
        return BakongWork(answer: BakongAnswers.success("Email has been sent", nil))
    }

    /// Takes a code once. An address that is no account's becomes one, of its own name, that can ask but not receive.
    func verify(_ fields: BakongFields) throws(Refusal) -> BakongWork {
        let code = try fields.text("code", upTo: 20)
        guard code.unicodeScalars.count == 20 else {
            throw BakongAnswers.badRequest("code must have 20 characters.")
        }
        try fields.nothingBut(["code"])
        let email = world.state.withLock { $0.bakong.registrations.removeValue(forKey: code) }
        guard let email else { throw BakongAnswers.unauthorised }
        let known = world.bakongAccount(withEmail: email)
        return issue(for: known ?? .bakong(email, accountID: nil, email: email))
    }

    /// Needs no token: the address is enough.
    func renew(_ fields: BakongFields) throws(Refusal) -> BakongWork {
        let email = try fields.email()
        try fields.nothingBut(["email"])
        guard let account = world.bakongAccount(withEmail: email), account.bakong?.isRegistered == true else {
            throw BakongAnswers.refusal(.notRegistered)
        }
        return issue(for: account)
    }

    private func issue(for account: Account) -> BakongWork {
        guard var credentials = account.bakong else { return BakongWork(answer: [:]) }
        credentials.isRegistered = true
        let token = world.state.withLock { [credentials] state in
            var account = state.accounts[account.key] ?? account
            account.credentials = .bakong(credentials)
            state.accounts[account.key] = account
            let seconds = state.settings.bakongTokenSeconds
            return state.bakong.issue(for: credentials, at: .now, seconds: seconds)
        }
        let data = JSONValue.object(["token": .string(token.text)])
        return BakongWork(answer: BakongAnswers.success("Token has been issued", data))
    }
}
