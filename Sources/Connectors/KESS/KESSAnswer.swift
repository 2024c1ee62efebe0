internal import JSON

/// An answer of KESS's gateway, its signature verified.
enum KESSAnswer {
    /// It says that it worked: `data`.
    case success(JSONObject)
    /// It says that it did not, with one of its codes.
    case failure(KESSError, description: String)
    /// The token is not good: the one answer without a signature. Nothing was done.
    case unauthenticated
    /// Nothing can be concluded from it. The text is for operators.
    case unusable(String)

    init(_ response: ProviderResponse, _ signature: KESSSignature) {
        self = Self.read(response, signature)
    }

    private static func read(_ response: ProviderResponse, _ signature: KESSSignature) -> KESSAnswer {
        if response.status == 401 { return .unauthenticated }
        // What PHP reads: of a repeated key it keeps the last value, and that is what it signs.
        guard let message = try? JSON.parse(response.body, duplicates: .lastWins).objectValue else {
            return .unusable("HTTP \(response.status) with a body that is no JSON object")
        }
        guard signature.verifies(message) else {
            return .unusable("HTTP \(response.status), and the answer's sign does not verify")
        }
        switch message["success"]?.boolValue {
        case true?:
            guard (200...299).contains(response.status), let data = message["data"]?.objectValue else {
                return .unusable("HTTP \(response.status) with a success that has no data")
            }
            return .success(data)
        case false?:
            let code = message.text("error_code", max: 32) ?? ""
            let error = KESSError(rawValue: code) ?? .other
            // An error of the server's own decides nothing, whatever it says.
            if response.status >= 500, error != .systemError { return .unusable("HTTP \(response.status)") }
            return .failure(error, description: message["error_desc"]?.stringValue ?? "")
        case nil: return .unusable("neither success nor failure")
        }
    }
}

/// KESS's error codes, of all services (seed: "Error code review").
enum KESSError: String, Sendable, CaseIterable {
    /// The receiver cannot get the money.
    case notEligible = "NOTELIGIBLE"
    /// A field is wrong.
    case validationError = "VALIDATIONERROR"
    /// The preparation was confirmed before.
    case used = "USED"
    /// There is no such preparation, or transfer.
    case notExist = "NOTEXIST"
    /// The preparation's time is over.
    case expired = "EXPIRED"
    /// The server failed, or is busy.
    case systemError = "SYSTEMERROR"
    /// The token is not good.
    case unauthenticated = "UNAUTHENTICATED"
    /// None of the documented ones.
    case other = ""
}
