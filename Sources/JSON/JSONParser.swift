/// Goes through a text once, from left to right.
struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    private let limits: JSON.Limits
    private let duplicates: JSON.DuplicateKeys
    let loneSurrogates: JSON.LoneSurrogates
    var index = 0
    private var depth = 0
    private var values = 0

    init(
        _ bytes: UnsafeRawBufferPointer, _ limits: JSON.Limits, _ duplicates: JSON.DuplicateKeys,
        _ loneSurrogates: JSON.LoneSurrogates
    ) {
        self.bytes = bytes
        self.limits = limits
        self.duplicates = duplicates
        self.loneSurrogates = loneSurrogates
    }

    mutating func document() throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else { throw JSONError(offset: limits.bytes, reason: .tooLarge) }
        skipSpace()
        guard index < bytes.count else { throw error(.empty) }
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw error(.trailing) }
        return value
    }

    /// The member of a name in the object that the text is; what comes after it is not looked at.
    mutating func member(_ wanted: String) throws(JSONError) -> JSON? {
        guard bytes.count <= limits.bytes else { throw JSONError(offset: limits.bytes, reason: .tooLarge) }
        skipSpace()
        guard try peek() == UInt8(ascii: "{") else { throw error(.unexpectedByte) }
        try enter()
        if try peek() == UInt8(ascii: "}") { return nil }
        repeat {
            try count()
            let key = try key()
            let value = try value()
            if key.hasSameBytes(as: wanted) { return value }
        } while try hasMore(before: UInt8(ascii: "}"))
        return nil
    }

    func error(_ reason: JSONError.Reason, at offset: Int? = nil) -> JSONError {
        JSONError(offset: offset ?? index, reason: reason)
    }

    /// The byte under the index.
    @inline(__always)
    func peek() throws(JSONError) -> UInt8 {
        guard index < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[index]
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSON {
        switch try peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw error(.unexpectedByte)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for place in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[place] else { throw error(.unexpectedByte) }
            index += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONNumber {
        let start = index
        var scanner = JSONNumberScanner(bytes, from: start)
        let isNumber = scanner.scan()
        index = scanner.index
        guard isNumber else { throw error(index < bytes.count ? .badNumber : .unexpectedEnd) }
        guard index - start <= limits.numberBytes else { throw error(.longNumber, at: start) }
        return JSONNumber(checked: String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= limits.depth else { throw error(.tooDeep) }
        index += 1
        skipSpace()
    }

    private mutating func count() throws(JSONError) {
        values += 1
        guard values <= limits.values else { throw error(.tooMany) }
    }

    /// Steps over a comma or the closing bracket; whether there is more.
    private mutating func hasMore(before closing: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        let byte = try peek()
        guard byte == UInt8(ascii: ",") || byte == closing else { throw error(.unexpectedByte) }
        index += 1
        if byte == closing {
            depth -= 1
            return false
        }
        skipSpace()
        return true
    }

    private mutating func array() throws(JSONError) -> [JSON] {
        try enter()
        if try peek() == UInt8(ascii: "]") {
            index += 1
            depth -= 1
            return []
        }
        var elements: [JSON] = []
        repeat {
            try count()
            elements.append(try value())
        } while try hasMore(before: UInt8(ascii: "]"))
        return elements
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        try enter()
        if try peek() == UInt8(ascii: "}") {
            index += 1
            depth -= 1
            return JSONObject()
        }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(8)
        var places: [ExactString: Int] = [:]
        repeat {
            try count()
            let start = index
            let key = try key()
            let earlier = JSONObject.place(of: key, in: members, &places)
            if earlier != nil, duplicates == .refused { throw error(.duplicateKey, at: start) }
            let value = try value()
            if let earlier {
                members[earlier].value = value
            } else {
                members.append((key, value))
            }
        } while try hasMore(before: UInt8(ascii: "}"))
        return JSONObject(distinct: members)
    }

    private mutating func key() throws(JSONError) -> String {
        guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedByte) }
        let key = try string()
        skipSpace()
        guard try peek() == UInt8(ascii: ":") else { throw error(.unexpectedByte) }
        index += 1
        skipSpace()
        return key
    }
}
