/// One call of a known partner, and KESS's answers to it: signed, but for those with 401.
struct KESSCall: Desk {
    var account: AccountKey
    var credentials: Account.KESSCredentials
    var fields: JSONObject
    /// Whether the answer's signature is wrong.
    var isSpoilt = false

    static let unauthorized = Refusal(
        status: KESSCode.unauthenticated.status,
        body: [
            "success": false, "error_code": .string(KESSCode.unauthenticated.rawValue),
            "error_desc": .string(KESSCode.unauthenticated.meaning),
        ])

    /// The texts have a slash, and numbers two decimals, so that what is signed never equals what is sent.
    func success(_ message: String, _ data: JSONObject) -> JSONObject {
        signed([
            "success": true, "code": 200, "message": .string("Success / \(message)"), "data": .object(data),
        ])
    }

    func refusal(_ code: KESSCode, _ detail: String? = nil) -> Refusal {
        guard code != .unauthenticated else { return Self.unauthorized }
        return Refusal(
            status: code.status,
            body: signed([
                "success": false, "error_code": .string(code.rawValue),
                "error_desc": .string(code.meaning + (detail.map { " / \($0)" } ?? "")),
            ]))
    }

    func refusal(_ behaviour: Behaviour, _ operation: Operation) -> Refusal {
        switch (behaviour, operation) {
        // No word of KESS's: what stands before it says so, and signs nothing.
        case (.notWhitelisted, _): Refusal(status: 403, body: ["message": "IP not in whitelist"])
        case (.badKey, _), (_, .token): Self.unauthorized
        case (.refuseBalance, _): refusal(.validation, "Insufficient balance")
        case (_, .create): refusal(.notEligible)
        case (.refuseAccount, _): refusal(.validation, "The receiver's wallet is closed")
        default: refusal(.validation, "Refused")
        }
    }

    var internalError: WebAnswer { refusal(.systemError).answer }

    private func signed(_ fields: JSONObject) -> JSONObject {
        KESSSignature.signed(fields, by: credentials, isSpoilt: isSpoilt)
    }
}
