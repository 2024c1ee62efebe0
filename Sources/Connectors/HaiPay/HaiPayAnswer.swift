internal import JSON

/// An answer of HaiPay's, read as far as its envelope goes, its signature verified.
enum HaiPayAnswer {
    /// It says that it worked: `data`, signed by HaiPay.
    case success(JSONObject)
    /// A well-formed error, which carries no signature: what it may decide is little.
    case refusal(code: String, message: String)
    /// Nothing can be concluded from it. The text is for operators.
    case unusable(String)

    init(_ response: ProviderResponse, _ signature: HaiPaySignature) {
        self = Self.read(response, signature)
    }

    private static let noError = "00000000"

    private static func read(_ response: ProviderResponse, _ signature: HaiPaySignature) -> HaiPayAnswer {
        guard (200...299).contains(response.status) || (400...499).contains(response.status) else {
            return .unusable("HTTP \(response.status)")
        }
        guard let body = try? JSON.parse(response.body), let envelope = body.objectValue else {
            return .unusable("HTTP \(response.status) with a body that is no JSON object")
        }
        guard let error = envelope.text("error", max: 20) else { return .unusable("no error code") }
        switch envelope["status"]?.int64.map(String.init) ?? envelope["status"]?.stringValue {
        case "1":
            guard response.status < 300, error == noError else {
                return .unusable("status 1 with error \(shown(error))")
            }
            guard let data = envelope["data"]?.objectValue else { return .unusable("a success without data") }
            guard signature.verifies(data) else { return .unusable("the answer's sign does not verify") }
            return .success(data)
        case "0":
            guard error != noError, let message = envelope["msg"]?.stringValue, !envelope.tells("data") else {
                return .unusable("status 0 that is no error as documented")
            }
            return .refusal(code: error, message: message)
        default:
            return .unusable("neither status 0 nor 1")
        }
    }

    private static func shown(_ error: String) -> String { ProviderWords.printable(error) }
}
