/// Reads `application/x-www-form-urlencoded` bodies, strictly: UTF-8, two hexadecimal digits after each percent sign.
public enum FormDecoder {
    /// The fields, decoded, in their order. Names may repeat; what that means is the caller's to say.
    ///
    /// - Throws: `malformed` or `tooManyFields`.
    public static func decode(
        _ body: [UInt8], fieldsMax: Int = 100
    ) throws(FormError) -> [(name: String, value: String)] {
        let (pairs, isWhole) = body.withUnsafeBytes { Percent.pairs($0, max: fieldsMax) }
        guard isWhole else { throw pairs.count == fieldsMax ? .tooManyFields : .malformed }
        // What is not escaped must be what a form's encoder leaves as it is: no spaces, controls or raw UTF-8.
        guard body.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw .malformed }
        return pairs
    }
}
