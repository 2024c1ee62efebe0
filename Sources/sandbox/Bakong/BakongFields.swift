/// Reads the fields of a request to Bakong strictly, with the bounds of the documents' tables.
struct BakongFields {
    let body: JSONObject

    /// A text that must be there, of one character to so many.
    func text(_ name: String, upTo limit: Int) throws(Refusal) -> String {
        guard let text = body[name]?.string, !text.isEmpty else {
            throw BakongAnswers.badRequest("\(name) is required, and is a string.")
        }
        guard text.unicodeScalars.count <= limit else {
            throw BakongAnswers.badRequest("\(name) has more than \(limit) characters.")
        }
        return text
    }

    func hexadecimal(_ name: String, count: Int) throws(Refusal) -> String {
        let text = try text(name, upTo: 255)
        guard BakongDigest.isHex(text, count: count) else {
            throw BakongAnswers.badRequest("\(name) must be \(count) lower-case hexadecimal digits.")
        }
        return text
    }

    func email() throws(Refusal) -> String {
        let email = try text("email", upTo: 30)
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."),
            email.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw BakongAnswers.badRequest("email is no address.") }
        return email
    }

    /// `sourceInfo` may be left out; what is in it may not.
    func source() throws(Refusal) {
        guard let value = body["sourceInfo"], !value.isNull else { return }
        guard let object = value.object else { throw BakongAnswers.badRequest("sourceInfo is an object.") }
        let source = BakongFields(body: object)
        _ = try source.text("appName", upTo: 255)
        for name in ["appIconUrl", "appDeepLinkCallback"] {
            guard try source.text(name, upTo: 2_048).contains("://") else {
                throw BakongAnswers.badRequest("\(name) must be a URL.")
            }
        }
        try source.nothingBut(["appIconUrl", "appName", "appDeepLinkCallback"])
    }

    func nothingBut(_ known: Set<String>) throws(Refusal) {
        if let member = body.members.first(where: { !known.contains($0.key) }) {
            throw BakongAnswers.badRequest("\(member.key) is not known.")
        }
    }
}
