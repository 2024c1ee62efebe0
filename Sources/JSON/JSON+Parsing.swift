extension JSON {
    /// What a reader puts up with.
    public struct Limits: Sendable, Hashable {
        /// Most bytes of text. 1 MiB unless told.
        public var bytes: Int
        /// Most brackets within brackets. 32 unless told, never over `depthMax`.
        public var depth: Int
        /// Most members and elements in all. 65,536 unless told.
        public var values: Int
        /// Most bytes of one number. 256 unless told.
        public var numberBytes: Int

        /// The reader calls itself for each bracket: this many fit the stack of a reactor's thread many
        /// times.
        public static let depthMax = 512

        /// Limits, with what suits a request's body unless told otherwise.
        public init(bytes: Int = 1 << 20, depth: Int = 32, values: Int = 1 << 16, numberBytes: Int = 256) {
            self.bytes = bytes
            self.depth = min(depth, Self.depthMax)
            self.values = values
            self.numberBytes = numberBytes
        }
    }

    /// What a repeated key in an object means.
    public enum DuplicateKeys: Sendable, Hashable {
        /// Refused: two readers of the same text must not see different values.
        case refused
        /// The last value, in the place of the first key, as PHP and JavaScript read it.
        case lastWins
    }

    /// What half of a surrogate pair in an escape means.
    public enum LoneSurrogates: Sendable, Hashable {
        /// Refused: no Unicode text has it.
        case refused
        /// Read as U+FFFD.
        case replaced
    }

    /// Reads one value and nothing after it, strictly by RFC 8259: UTF-8 without a byte order mark.
    ///
    /// - Throws: where the text is not JSON or goes past a limit.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: Limits = Limits(), duplicates: DuplicateKeys = .refused,
        loneSurrogates: LoneSurrogates = .refused
    ) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes, limits, duplicates, loneSurrogates)
        return try parser.document()
    }

    /// Reads one value and nothing after it; see the overload for raw memory.
    public static func parse(
        _ bytes: ArraySlice<UInt8>, limits: Limits = Limits(), duplicates: DuplicateKeys = .refused,
        loneSurrogates: LoneSurrogates = .refused
    ) throws(JSONError) -> JSON {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                try parse(bytes, limits: limits, duplicates: duplicates, loneSurrogates: loneSurrogates)
            }
        }
        return try result.get()
    }

    /// Reads one value and nothing after it; see the overload for raw memory.
    public static func parse(
        _ bytes: [UInt8], limits: Limits = Limits(), duplicates: DuplicateKeys = .refused,
        loneSurrogates: LoneSurrogates = .refused
    ) throws(JSONError) -> JSON {
        try parse(bytes[...], limits: limits, duplicates: duplicates, loneSurrogates: loneSurrogates)
    }

    /// Reads one value and nothing after it; see the overload for raw memory.
    public static func parse(
        _ text: String, limits: Limits = Limits(), duplicates: DuplicateKeys = .refused,
        loneSurrogates: LoneSurrogates = .refused
    ) throws(JSONError) -> JSON {
        try parse(Array(text.utf8), limits: limits, duplicates: duplicates, loneSurrogates: loneSurrogates)
    }

    /// Reads the outermost object's member of a name, and nothing after it: for texts that this program wrote itself.
    ///
    /// - Throws: where the text is no object, is not JSON up to there, or goes past a limit.
    public static func member(
        _ key: String, in bytes: [UInt8], limits: Limits = Limits()
    ) throws(JSONError) -> JSON? {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in
                var parser = JSONParser(bytes, limits, .refused, .refused)
                return try parser.member(key)
            }
        }
        return try result.get()
    }
}
