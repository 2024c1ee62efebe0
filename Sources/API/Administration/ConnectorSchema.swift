internal import Connectors
internal import Core
internal import JSON

/// What a connector can do and what its accounts must tell, derived from its declaration; the settings as a JSON Schema,
/// from which a form can be made.
enum ConnectorSchema {
    static func json(_ descriptor: ConnectorDescriptor) -> JSON {
        [
            "id": .string(descriptor.id), "name": .string(descriptor.name),
            "methods": .array(descriptor.methods.map(method)), "settings": settings(descriptor.settings),
        ]
    }

    private static func method(_ capability: MethodCapability) -> JSON {
        let currency = capability.method.currency
        return [
            "id": .string(capability.method.rawValue),
            "direction": .string(capability.method.direction.rawValue),
            "minimum": .string(Money(minor: capability.minimum, currency).decimal),
            "maximum": .string(Money(minor: capability.maximum, currency).decimal),
            "step": .string(Money(minor: capability.step, currency).decimal),
            "required": .array(capability.required.map { .string($0.rawValue) }),
            "optional": .array(capability.optional.map { .string($0.rawValue) }),
            "banks": .array(capability.banks.map { ["code": .string($0.code), "name": .string($0.name)] }),
        ]
    }

    private static func settings(_ settings: [AccountSetting]) -> JSON {
        [
            "type": "object",
            "properties": .object(JSONObject(settings.map { ($0.name, property($0)) })),
            "required": .array(
                settings.filter { $0.isRequired && $0.fallback == nil }.map { .string($0.name) }),
            "additionalProperties": false,
        ]
    }

    private static func property(_ setting: AccountSetting) -> JSON {
        var schema = kind(setting.kind)
        schema["description"] = .string(setting.help)
        if let fallback = setting.fallback { schema["default"] = fallback }
        return .object(schema)
    }

    private static func kind(_ kind: AccountSetting.Kind) -> JSONObject {
        switch kind {
        case .text(let maxLength): ["type": "string", "minLength": 1, "maxLength": .int(Int64(maxLength))]
        case .secret(let maxLength):
            ["type": "string", "minLength": 1, "maxLength": .int(Int64(maxLength)), "writeOnly": true]
        case .url: ["type": "string", "format": "uri"]
        case .path: ["type": "string", "pattern": "^/"]
        case .integer(let range):
            ["type": "integer", "minimum": .int(range.lowerBound), "maximum": .int(range.upperBound)]
        case .boolean: ["type": "boolean"]
        case .choice(let words): ["type": "string", "enum": .array(words.map(JSON.string))]
        }
    }
}
