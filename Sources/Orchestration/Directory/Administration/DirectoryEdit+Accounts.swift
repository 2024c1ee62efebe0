internal import Connectors
internal import Core
internal import JSON
internal import Routing

extension DirectoryEdit {
    mutating func merge(
        _ form: AccountForm, into existing: AccountRecord?, name: String, settings mode: SettingsMode
    ) throws(VaultError) {
        guard let type = connectorType(form, existing) else { return }
        let id = existing?.id ?? form.id ?? Identifier(at: now)
        checkIdentity(
            form.id, existing?.id, among: accounts.map(\.id), form.pointer)
        let all = type.descriptor.methods.map(\.method.rawValue)
        var record =
            existing
            ?? AccountRecord(
                id: id, name: name, connector: type.descriptor.id, isEnabled: true, priority: 100,
                methods: all,
                settings: JSONObject(), sealedSecrets: [], callbackAddresses: [], proxy: nil, createdAt: now,
                updatedAt: now)
        checkMethods(form, among: all, of: type)
        record.isEnabled = form.isEnabled ?? record.isEnabled
        record.priority = form.priority ?? record.priority
        record.methods = form.methods ?? record.methods
        record.callbackAddresses = form.callbackAddresses ?? record.callbackAddresses
        if let proxy = form.proxy { record.proxy = proxy }
        putLimits(of: form, into: &record, type.descriptor)

        let before = secrets(of: existing)
        let after = written(form, into: &record, before ?? JSONObject(), type, mode)
        if form.settings != nil || existing == nil || form.isEnabled == true {
            checkSettings(AccountSecrets.merge(after, into: record.settings), of: type, at: form.pointer)
        }
        let fields = existing.map { differences($0, record, before, after) } ?? FieldChanges()
        if existing == nil || fields.fields.contains(where: \.isSecret) {
            record.sealedSecrets = try AccountSecrets.seal(after, for: id, vault)
        }
        let action = fields.action(isNew: existing == nil)
        if action != .unchanged { record.updatedAt = now }
        Self.put(record, into: &accounts) { $0.id == id }
        finish(.account(record, at: form.pointer), .account, action, id, name, fields)
    }

    private mutating func connectorType(
        _ form: AccountForm, _ existing: AccountRecord?
    ) -> (any Connector.Type)? {
        let pointer = "\(form.pointer)/connector"
        if let existing, let wanted = form.connector, wanted != existing.connector {
            problem(
                pointer, "is '\(existing.connector)' and cannot change: disable this account and make another"
            )
            return nil
        }
        guard let id = form.connector ?? existing?.connector else {
            if !problems.contains(where: { $0.pointer == pointer || $0.pointer == form.pointer }) {
                problem(pointer, "is missing: see 'causeway account connectors'")
            }
            return nil
        }
        guard let type = connector(id) else {
            let known = ConnectorRegistry.all.map { $0.descriptor.id }
            problem(pointer, "is not known; known: " + known.joined(separator: ", "))
            return nil
        }
        return type
    }

    private mutating func checkMethods(_ form: AccountForm, among all: [String], of type: any Connector.Type)
    {
        for (index, method) in (form.methods ?? []).enumerated() where !all.contains(method) {
            problem(
                "\(form.pointer)/methods/\(index)",
                "is not a method of \(type.descriptor.name); known: " + all.joined(separator: ", "))
        }
    }

    private mutating func putLimits(
        of form: AccountForm, into record: inout AccountRecord, _ descriptor: ConnectorDescriptor
    ) {
        guard !form.limits.members.isEmpty else { return }
        var written = record.limits
        for (name, value) in form.limits.members { written[name] = value }
        do throws(LimitProblems) {
            record.limits = try AccountLimits(written, for: descriptor, at: form.pointer).json
        } catch {
            problems += error.list
        }
    }

    /// The secrets that are stored; nil where they do not open, so that all must be told again.
    private func secrets(of existing: AccountRecord?) -> JSONObject? {
        guard let existing else { return JSONObject() }
        return try? AccountSecrets.open(existing, vault)
    }

    /// Puts what the form tells in its place; gives the secrets.
    private func written(
        _ form: AccountForm, into record: inout AccountRecord, _ secrets: JSONObject,
        _ type: any Connector.Type,
        _ mode: SettingsMode
    ) -> JSONObject {
        guard let settings = form.settings else { return secrets }
        var secrets = secrets
        if mode == .whole { record.settings = JSONObject() }
        for (name, value) in settings.members {
            let kept = value.isNull ? nil : value
            if type.descriptor.settings.contains(where: { $0.name == name && $0.isSecret }) {
                secrets[name] = kept
            } else {
                record.settings[name] = kept
            }
        }
        return secrets
    }

    private mutating func checkSettings(_ merged: JSONObject, of type: any Connector.Type, at pointer: String)
    {
        do {
            let settings = try AccountSettings(merged, declared: type.descriptor.settings)
            _ = try type.init(settings: settings)
        } catch let error as FieldProblems {
            for each in error.problems { problem(pointer + each.pointer, each.detail) }
        } catch let error as FieldProblem {
            problem(pointer + error.pointer, error.detail)
        } catch {
            problem("\(pointer)/settings", "do not work")
        }
    }

    private func differences(
        _ old: AccountRecord, _ new: AccountRecord, _ secretsBefore: JSONObject?, _ secretsAfter: JSONObject
    ) -> FieldChanges {
        var fields = FieldChanges()
        let list = { (texts: [String]) in JSON.array(texts.map(JSON.string)) }
        fields.note("enabled", .bool(old.isEnabled), .bool(new.isEnabled))
        fields.note("priority", .int(Int64(old.priority)), .int(Int64(new.priority)))
        fields.note("methods", list(old.methods.sorted()), list(new.methods.sorted()))
        for name in union(old.settings.keys, new.settings.keys) {
            fields.note("settings.\(name)", old.settings[name], new.settings[name])
        }
        for name in union(secretsBefore?.keys ?? [], secretsAfter.keys) {
            fields.noteSecret("settings.\(name)", isSame: secretsBefore?[name] == secretsAfter[name])
        }
        fields.note("callbackAddresses", list(old.callbackAddresses), list(new.callbackAddresses))
        fields.note("proxy", old.proxy.map(JSON.string), new.proxy.map(JSON.string))
        for name in union(old.limits.keys, new.limits.keys) {
            fields.note(name, old.limits[name], new.limits[name])
        }
        return fields
    }

    private func union(_ left: [String], _ right: [String]) -> [String] {
        left + right.filter { !left.contains($0) }
    }
}
