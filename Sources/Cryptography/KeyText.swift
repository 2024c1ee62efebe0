/// A key as people hand it over: PEM (RFC 7468), or the base 64 of its DER alone, white space anywhere.
struct KeyText {
    /// What stands after BEGIN; nil without PEM's lines.
    let label: String?
    /// The key's DER encoding.
    let der: [UInt8]

    init(_ text: String) throws(CryptographyError) {
        var body = Substring(text)
        var label: String?
        if let begin = text.range(of: "-----BEGIN ") {
            guard let end = text.range(of: "-----", from: begin.upperBound) else {
                throw .malformedKey("the BEGIN line does not end")
            }
            let name = String(text[begin.upperBound..<end.lowerBound])
            guard let close = text.range(of: "-----END \(name)-----", from: end.upperBound) else {
                throw .malformedKey("there is no END line for \(name.prefix(40))")
            }
            body = text[end.upperBound..<close.lowerBound]
            label = name
        }
        let compact = String(
            decoding: body.utf8.filter { ![0x20, 0x0A, 0x0D, 0x09].contains($0) }, as: UTF8.self)
        guard !compact.isEmpty, let der = Base64.decode(compact) else {
            throw .malformedKey("it is neither PEM nor base 64")
        }
        self.label = label
        self.der = der
    }
}

extension String {
    /// Where another text begins and ends, by bytes.
    fileprivate func range(of other: String, from start: Index? = nil) -> Range<Index>? {
        let (bytes, other) = (utf8, other.utf8)
        var place = start ?? startIndex
        while place < endIndex {
            let rest = bytes[place...]
            if rest.starts(with: other) { return place..<bytes.index(place, offsetBy: other.count) }
            place = bytes.index(after: place)
        }
        return nil
    }
}
