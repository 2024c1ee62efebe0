/// Small pieces of HTTP's text.
enum WebText {
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        default: "Status"
        }
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> String {
        let front = text.drop { $0 == 0x20 || $0 == 0x09 }
        let end = front.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { $0 + 1 } ?? front.startIndex
        return String(decoding: front[..<end], as: UTF8.self)
    }

    /// ASCII letters in lower case, the rest as it is.
    static func lowercased(_ text: some Collection<UInt8>) -> String {
        String(decoding: text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    static func query(_ text: ArraySlice<UInt8>) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            values[decoded(parts[0], plusIsSpace: true)] =
                parts.count > 1 ? decoded(parts[1], plusIsSpace: true) : ""
        }
        return values
    }

    /// Percent-decoding; what decodes to no UTF-8 gets replacement characters.
    static func decoded(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) -> String {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension WebText {
    /// Whether a Content-Type is JSON's, with parameters or without.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let type = Array((contentType ?? "").utf8).split(separator: UInt8(ascii: ";")).first else {
            return false
        }
        return lowercased(trimmed(type).utf8) == "application/json"
    }
}
