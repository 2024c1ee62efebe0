extension KESSDesk {
    /// `POST /token`. A wrong credential is answered with 401, whichever it is.
    func answerToken(_ request: WebRequest, _ body: JSONObject?) -> WebAnswer {
        let account = partner(request.headers["partner-id"])
        let answer = tokenAnswer(request, account, body)
        let shown = answer.shown
        world.note(
            RequestRecord(
                at: .now, provider: .kess, account: account?.key.name, operation: Operation.token.rawValue,
                reference: nil, peer: request.peer, body: Self.redacted(request.body, sparing: ["user_name"]),
                status: shown.status,
                answer: Self.redacted(
                    shown.body, sparing: ["success", "expire_in", "error_code", "error_desc"])))
        return answer
    }

    private func tokenAnswer(_ request: WebRequest, _ account: Account?, _ body: JSONObject?) -> WebAnswer {
        guard let account, case .kess(let credentials) = account.credentials,
            request.headers["partner-secret-key"] == credentials.partnerSecretKey
        else { return KESSCall.unauthorized.answer }
        let call = KESSCall(account: account.key, credentials: credentials, fields: body ?? [:])
        do throws(Refusal) {
            guard body != nil else { throw call.refusal(.validation, "the body must be a JSON object") }
            try call.nothingBut(["user_name", "password"])
            let name = try call.string("user_name")
            let password = try call.string("password")
            guard name == credentials.userName, password == credentials.password else {
                throw KESSCall.unauthorized
            }
        } catch {
            return error.answer
        }
        let script = world.script(for: account.key, .token)
        return world.perform(.token, script, desk: call) { _ throws(Refusal) in
            if let code = KESSCode(askedBy: script.behaviour) { throw call.refusal(code) }
            let (token, seconds) = world.issueToken(for: account.key)
            return Work(answer: ["access_token": .string(token), "expire_in": JSONValue(seconds)])
        }
    }

    private func partner(_ id: String?) -> Account? {
        world.state.withLock { state in
            state.accounts.values.first {
                if case .kess(let credentials) = $0.credentials { credentials.partnerID == id } else { false }
            }
        }
    }

    /// A body for the records: passwords and tokens stay out of them, and so does what cannot be read.
    private static func redacted(_ body: [UInt8], sparing names: Set<String>) -> [UInt8] {
        guard let object = (try? JSONReader.read(body))?.object else { return [] }
        let shown = object.members.map { member in
            JSONObject.Member(key: member.key, value: names.contains(member.key) ? member.value : "…")
        }
        return JSONWriter.bytes(JSONObject(shown))
    }
}
