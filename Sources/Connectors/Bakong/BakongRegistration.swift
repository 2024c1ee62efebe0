internal import Core
internal import JSON

/// Signs an account up: Bakong sends a code to an e-mail address, and gives a token for it (seed, sections 1 and 2).
struct BakongRegistration: AccountRegistration {
    let settings: BakongSettings

    private static let codeLength = 20

    var fields: [Field] {
        [
            Field("email", "where the code goes; the account's `email` unless told; at most 30 characters"),
            Field("organization", "who registers; 1 to 100 characters"),
            Field("project", "what for; 1 to 100 characters"),
        ]
    }

    func request(_ values: [String: String], at time: Timestamp) throws(FieldProblem) -> ProviderRequest {
        let email = values["email"] ?? settings.email ?? ""
        guard (3...30).contains(email.count), email.contains("@"), !email.contains(" ") else {
            throw FieldProblem(
                pointer: "/email", detail: "must be an e-mail address of at most 30 characters")
        }
        // Tokens are asked for with the account's address later on: one that differs would be of no use.
        guard settings.email.map({ $0.isExactly(email) }) ?? true else {
            throw FieldProblem(pointer: "/email", detail: "must be the account's `email`, or be left out")
        }
        for name in ["organization", "project"] {
            guard (1...100).contains((values[name] ?? "").count) else {
                throw FieldProblem(pointer: "/\(name)", detail: "must be a text of 1 to 100 characters")
            }
        }
        return settings.post(
            "/v1/request_token",
            [
                "email": .string(email), "organization": .string(values["organization"] ?? ""),
                "project": .string(values["project"] ?? ""),
            ], needsSession: false)
    }

    func confirmation(in response: ProviderResponse) throws(ConnectorError) -> String {
        _ = try BakongAnswer(response).data()
        return "Bakong has sent a code to the e-mail address. Show it with: causeway account verify"
    }

    func verification(code: String, at time: Timestamp) throws(FieldProblem) -> ProviderRequest {
        guard code.utf8.count == Self.codeLength, code.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw FieldProblem(
                pointer: "/code", detail: "must be the \(Self.codeLength) characters from the e-mail")
        }
        return settings.post("/v1/verify", ["code": .string(code)], needsSession: false)
    }

    func grant(in response: ProviderResponse, at time: Timestamp) throws(ConnectorError) -> SessionGrant {
        try BakongSession(settings: settings).grant(in: response, at: time)
    }
}
