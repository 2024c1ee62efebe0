internal import JSON

/// An answer of PayPlus's, read as far as its envelope goes.
///
/// Errors come with HTTP 200 too, so the body decides; an HTTP status that contradicts it makes the answer unusable.
enum PayPlusAnswer {
    /// It says that it worked: `data`.
    case success(JSONObject)
    /// A well-formed refusal by the client error that `code` names.
    case refusal(code: Int64, message: String)
    /// Nothing can be concluded from it. The text is for operators.
    case unusable(String)

    /// Reads an answer; signatures in it, which the documents do not promise, must be right where they are.
    init(_ response: ProviderResponse, _ signature: PayPlusSignature) {
        self = Self.read(response, signature)
    }

    private static func read(_ response: ProviderResponse, _ signature: PayPlusSignature) -> PayPlusAnswer {
        guard (200...499).contains(response.status), !(300...399).contains(response.status) else {
            return .unusable("HTTP \(response.status)")
        }
        guard let body = try? JSON.parse(response.body), let envelope = body.objectValue else {
            return .unusable("HTTP \(response.status) with a body that is no JSON object")
        }
        for part in [envelope, envelope["data"]?.objectValue ?? JSONObject()] where part.tells("signature") {
            guard signature.verifies(part) else {
                return .unusable("a signature in the answer does not verify")
            }
        }
        guard let claim = Claim(envelope) else {
            return .unusable("neither a success nor an error as documented")
        }
        switch claim {
        case .success:
            guard response.status < 300 else {
                return .unusable("HTTP \(response.status) contradicts the body")
            }
            guard let data = envelope["data"]?.objectValue else { return .unusable("a success without data") }
            return .success(data)
        case .error(let code):
            guard let message = envelope["message"]?.stringValue else {
                return .unusable("an error without message")
            }
            guard (400...499).contains(code) else { return .unusable("code \(code)") }
            return .refusal(code: code, message: message)
        }
    }

    /// What `status` and `code` say together; `nil` when they say nothing, or contradict each other.
    private enum Claim {
        case success
        case error(Int64)

        init?(_ envelope: JSONObject) {
            let (hasStatus, hasCode) = (envelope.tells("status"), envelope.tells("code"))
            let (status, code) = (envelope["status"]?.stringValue, envelope["code"]?.int64)
            guard hasStatus || hasCode, hasStatus == (status != nil), hasCode == (code != nil) else {
                return nil
            }
            switch (status, code) {
            case ("success", nil), ("success", 200), (nil, 200): self = .success
            case ("error", let code?) where code != 200, (nil, let code?) where code != 200:
                self = .error(code)
            default: return nil
            }
        }
    }
}
