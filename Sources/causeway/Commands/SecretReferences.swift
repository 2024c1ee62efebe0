internal import JSON

/// Puts secrets where a document says where they are: `{"file": "path"}` or `{"env": "NAME"}`, in the keys of apps and the
/// settings of accounts. White space at the end of a file is not part of the secret.
struct SecretReferences {
    /// What a file's path is relative to.
    let folder: String
    let environment: [String: String]
    private(set) var problems: [String] = []

    init(folder: String, environment: [String: String]) {
        self.folder = folder
        self.environment = environment
    }

    /// The document with its secrets in it. What is not understood stays, for the document's own check.
    mutating func resolve(_ document: JSON) -> JSON {
        guard var object = document.objectValue else { return document }
        object["merchants"] = each(object["merchants"], "/merchants") { references, merchant, place in
            guard var object = merchant.objectValue else { return merchant }
            object["apps"] = references.each(object["apps"], "\(place)/apps") { $0.app($1, $2) }
            return .object(object)
        }
        object["accounts"] = each(object["accounts"], "/accounts") { references, account, place in
            guard var object = account.objectValue, let settings = object["settings"]?.objectValue else {
                return account
            }
            object["settings"] = .object(references.members(of: settings, settings.keys, "\(place)/settings"))
            return .object(object)
        }
        return .object(object)
    }

    private mutating func app(_ app: JSON, _ place: String) -> JSON {
        guard let object = app.objectValue else { return app }
        return .object(members(of: object, ["accessKey", "secretKey"], place))
    }

    private mutating func each(
        _ list: JSON?, _ place: String, _ body: (inout SecretReferences, JSON, String) -> JSON
    ) -> JSON? {
        guard let elements = list?.arrayValue else { return list }
        var resolved: [JSON] = []
        for (index, element) in elements.enumerated() {
            resolved.append(body(&self, element, "\(place)/\(index)"))
        }
        return .array(resolved)
    }

    private mutating func members(of object: JSONObject, _ names: [String], _ place: String) -> JSONObject {
        var object = object
        for name in names {
            guard let reference = object[name]?.objectValue else { continue }
            if let secret = secret(reference, "\(place)/\(name)") { object[name] = .string(secret) }
        }
        return object
    }

    private mutating func secret(_ reference: JSONObject, _ place: String) -> String? {
        guard reference.count == 1, let key = reference.keys.first, let name = reference[key]?.stringValue
        else {
            problems.append("\(place) must be a value, {\"file\": \"path\"} or {\"env\": \"NAME\"}")
            return nil
        }
        switch key {
        case "file": return file(name, place)
        case "env":
            if let value = environment[name], !value.isEmpty { return value }
            problems.append("\(place) names the environment variable \(name), which is not set")
        default: problems.append("\(place) must be a value, {\"file\": \"path\"} or {\"env\": \"NAME\"}")
        }
        return nil
    }

    private mutating func file(_ name: String, _ place: String) -> String? {
        let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
        do throws(Files.Failure) {
            let text = Setting.trimmed(String(decoding: try Files.read(path), as: UTF8.self))
            if !text.isEmpty { return text }
            problems.append("\(place) names \(path), which is empty")
        } catch {
            problems.append("\(place) names \(path), which cannot be read: \(error.reason)")
        }
        return nil
    }
}
