/// PromptPay's QR payload (EMV merchant-presented mode, tag 29 with Thailand's application id).
enum PromptPay {
    /// The payload for a phone number (10 digits), a national id (13) or a wallet (15); nil for any other length.
    /// Without an amount, or with zero, the code is static and the payer types the amount.
    static func payload(target: String, amount: Amount?) -> String? {
        let digits = target.filter { $0.isASCII && $0.isNumber }
        let account: String
        switch digits.count {
        case 10: account = field("01", "0066" + digits.dropFirst())
        case 13: account = field("02", digits)
        case 15: account = field("03", digits)
        default: return nil
        }
        let payable = amount.flatMap { $0.minor > 0 ? $0 : nil }
        var payload = field("00", "01") + field("01", payable == nil ? "11" : "12")
        payload += field("29", field("00", "A000000677010111") + account)
        payload += field("58", "TH") + field("53", "764")
        if let payable { payload += field("54", payable.text) }
        payload += "6304"
        return payload + checksum(payload)
    }

    /// Whether the last four characters are the checksum of all before them.
    static func isIntact(_ payload: String) -> Bool {
        payload.utf8.count > 8 && checksum(String(payload.dropLast(4))) == payload.suffix(4)
    }

    /// Whether a text is meant to be one of these payloads: it names Thailand's application.
    static func isThai(_ payload: String) -> Bool { payload.contains("A000000677010111") }

    /// CRC-16/CCITT-FALSE in four capital hexadecimal digits.
    static func checksum(_ text: String) -> String {
        var crc: UInt16 = 0xFFFF
        for byte in text.utf8 {
            crc ^= UInt16(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
        }
        let digits = String(crc, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }

    private static func field(_ tag: String, _ value: String) -> String {
        tag + padded(Int64(value.utf8.count), to: 2) + value
    }
}
