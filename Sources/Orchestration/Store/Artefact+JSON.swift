internal import Core
internal import JSON

extension Artefact {
    /// As it is stored with the order.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("qrCode", qrCode)
        writer.member("qrImage", qrImage)
        writer.member("qrMD5", qrMD5)
        writer.member("deepLink", deepLink)
        writer.member("pageURL", pageURL)
        writer.member("bankName", bankName)
        writer.member("bankAccountNumber", bankAccountNumber)
        writer.member("bankAccountName", bankAccountName)
        writer.endObject()
        return writer.bytes
    }

    /// Reads what was stored.
    init?(json bytes: [UInt8]) {
        guard let stored = try? JSON.parse(bytes) else { return nil }
        self.init()
        qrCode = stored["qrCode"]?.stringValue
        qrImage = stored["qrImage"]?.stringValue
        qrMD5 = stored["qrMD5"]?.stringValue
        deepLink = stored["deepLink"]?.stringValue
        pageURL = stored["pageURL"]?.stringValue
        bankName = stored["bankName"]?.stringValue
        bankAccountNumber = stored["bankAccountNumber"]?.stringValue
        bankAccountName = stored["bankAccountName"]?.stringValue
    }
}

extension Counterparty {
    /// As it is sealed with the order.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for field in Field.allCases {
            guard let value = self[field] else { continue }
            writer.key(field.rawValue)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads what was sealed.
    init?(json bytes: [UInt8]) {
        guard let stored = try? JSON.parse(bytes) else { return nil }
        self.init()
        for field in Field.allCases { self[field] = stored[field.rawValue]?.stringValue }
    }
}
