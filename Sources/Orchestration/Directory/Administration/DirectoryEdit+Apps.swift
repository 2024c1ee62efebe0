internal import Core
internal import Cryptography
internal import JSON

extension DirectoryEdit {
    mutating func merge(
        _ form: AppForm, into existing: AppRecord?, of merchant: MerchantRecord, name: String
    ) throws(VaultError) {
        let id = existing?.id ?? form.id ?? Identifier(at: now)
        checkIdentity(form.id, existing?.id, among: apps.map(\.id), form.pointer)
        var pair = form.accessKey.flatMap { access in form.secretKey.map { (access: access, secret: $0) } }
        if existing == nil, pair == nil {
            pair = Self.makeKeys()
            issue(pair, to: id, name, of: merchant)
        }
        var record =
            existing
            ?? AppRecord(
                id: id, merchant: merchant.id, name: name, accessKeyHash: [], secretKeyHash: [],
                sealedSigningKey: [], isEnabled: true, createdAt: now, updatedAt: now)
        record.isEnabled = form.isEnabled ?? record.isEnabled
        if let pair { try setKeys(pair.access, pair.secret, of: &record, at: form.pointer) }
        var fields = FieldChanges()
        if let existing {
            fields.note("enabled", .bool(existing.isEnabled), .bool(record.isEnabled))
            fields.noteSecret("accessKey", isSame: existing.accessKeyHash == record.accessKeyHash)
            fields.noteSecret("secretKey", isSame: existing.secretKeyHash == record.secretKeyHash)
        }
        store(record, existing, of: merchant, fields)
    }

    /// Gives an app another pair of keys; the old pair and every refresh token are good no more.
    mutating func rotateKeys(of existing: AppRecord, _ merchant: MerchantRecord) throws(VaultError) {
        var record = existing
        let pair = Self.makeKeys()
        issue(pair, to: record.id, record.name, of: merchant)
        try setKeys(pair.access, pair.secret, of: &record, at: "")
        var fields = FieldChanges()
        fields.noteSecret("accessKey", isSame: false)
        fields.noteSecret("secretKey", isSame: false)
        store(record, existing, of: merchant, fields)
    }

    private mutating func store(
        _ record: AppRecord, _ existing: AppRecord?, of merchant: MerchantRecord, _ fields: FieldChanges
    ) {
        var record = record
        let action = fields.action(isNew: existing == nil)
        if action != .unchanged { record.updatedAt = now }
        Self.put(record, into: &apps) { $0.id == record.id }
        let keysChanged = fields.fields.contains { $0.isSecret }
        finish(
            .app(record, revokesTokens: keysChanged), .app, action, record.id,
            "\(merchant.name)/\(record.name)",
            fields)
    }

    private mutating func setKeys(
        _ access: String, _ secret: String, of record: inout AppRecord, at pointer: String
    ) throws(VaultError) {
        let id = record.id
        record.accessKeyHash = Digest.sha256(Array(access.utf8))
        let secretHash = Digest.sha256(Array(secret.utf8))
        if record.secretKeyHash != secretHash {
            record.secretKeyHash = secretHash
            record.sealedSigningKey = try vault.seal(
                SigningKey.derive(secretKey: secret), for: .signingKey, id: id)
        }
        if apps.contains(where: { $0.id != id && $0.accessKeyHash == record.accessKeyHash }) {
            problem("\(pointer)/accessKey", "is another app's; each app has its own")
        }
    }

    private mutating func issue(
        _ pair: (access: String, secret: String)?, to id: Identifier, _ name: String,
        of merchant: MerchantRecord
    ) {
        guard let pair else { return }
        keys.append(
            IssuedKeys(
                app: id, merchantName: merchant.name, appName: name, accessKey: pair.access,
                secretKey: pair.secret))
    }

    private static func makeKeys() -> (access: String, secret: String) {
        let make = { Base64.encodeURL(RandomBytes.make(32)) }
        return ("ak_" + make(), "sk_" + make())
    }
}
