/// Why bytes were refused as JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Sendable, Hashable {
        /// Nothing but white space.
        case empty = "there is nothing"
        /// More bytes than `JSON.Limits.bytes`.
        case tooLarge = "the text is too long"
        /// More brackets within brackets than `JSON.Limits.depth`.
        case tooDeep = "the nesting is too deep"
        /// More members or elements than `JSON.Limits.values`, in all.
        case tooMany = "there are too many values"
        /// The text ends within a value.
        case unexpectedEnd = "the text ends too early"
        /// A byte that cannot stand here.
        case unexpectedByte = "unexpected character"
        /// Something after the value.
        case trailing = "text after the end of the value"
        /// Not JSON's number grammar.
        case badNumber = "malformed number"
        /// A number of more bytes than `JSON.Limits.numberBytes`.
        case longNumber = "the number is too long"
        /// A backslash and something unknown.
        case badEscape = "malformed escape"
        /// Half of a surrogate pair.
        case loneSurrogate = "half of a surrogate pair"
        /// A control character as it is.
        case controlCharacter = "control character in a string"
        /// A string that is not UTF-8.
        case notUTF8 = "the string is not UTF-8"
        /// A key that the object has already.
        case duplicateKey = "repeated key"
    }

    /// The place, in bytes from the beginning.
    public let offset: Int
    /// What is wrong there.
    public let reason: Reason

    /// For people; holds nothing of the text itself.
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
