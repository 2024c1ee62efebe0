/// Reads `application/x-www-form-urlencoded` bodies: UTF-8, two hexadecimal digits after each percent sign. Spaces and
/// letters that an encoder would have escaped are taken as they are (WHATWG URL, section 5.1), since people type
/// `curl -d 'name=John Doe'`.
public enum FormDecoder {
    /// The fields, decoded, in their order. Names may repeat; what that means is the caller's to say.
    ///
    /// - Throws: `malformed` or `tooManyFields`.
    public static func decode(
        _ body: [UInt8], fieldsMax: Int = 100
    ) throws(FormError) -> [(name: String, value: String)] {
        let (pairs, isWhole) = body.withUnsafeBytes { Percent.pairs($0, max: fieldsMax) }
        guard isWhole else { throw pairs.count == fieldsMax ? .tooManyFields : .malformed }
        guard body.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw .malformed }
        return pairs
    }
}
