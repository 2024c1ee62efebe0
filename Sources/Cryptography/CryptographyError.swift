internal import COpenSSL

/// What went wrong with a key or a sealed value. Never holds any part of either.
public enum CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A key's text that cannot be read; the reason is for people.
    case malformedKey(String)
    /// An RSA key of fewer bits than `RSAPublicKey.bitsMin`, or more than `RSAPublicKey.bitsMax`.
    case unacceptableKeySize(bits: Int)
    /// A symmetric key of another length than the cipher's.
    case wrongKeyLength(expected: Int, got: Int)
    /// A sealed value that is damaged, was sealed with another key, or belongs to something else.
    case notAuthentic
    /// OpenSSL refused; its own words.
    case failed(String)

    /// For people.
    public var description: String {
        switch self {
        case .malformedKey(let reason): "the key cannot be read: \(reason)"
        case .unacceptableKeySize(let bits): "an RSA key of \(bits) bits is not accepted"
        case .wrongKeyLength(let expected, let got): "the key must have \(expected) bytes, not \(got)"
        case .notAuthentic: "the sealed value is damaged or was sealed with another key"
        case .failed(let reason): "OpenSSL: \(reason)"
        }
    }

    /// OpenSSL's complaint, with its queue emptied: what is left there would be taken for the next call's.
    static func fromQueue(_ operation: String) -> CryptographyError {
        let code = ERR_peek_last_error()
        ERR_clear_error()
        guard code != 0, let reason = ERR_reason_error_string(code) else { return .failed(operation) }
        return .failed("\(operation): \(String(cString: reason))")
    }
}
