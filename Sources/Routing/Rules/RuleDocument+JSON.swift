internal import Core
public import JSON

extension RuleDocument {
    /// The document in its one canonical form: members in a fixed order, what says nothing left out, amounts with all the
    /// decimals of their currency. Reading it gives the same document.
    public var json: JSON {
        var object: JSONObject = ["format": .int(Self.format)]
        if !rules.isEmpty { object["rules"] = .array(rules.map(\.json)) }
        if !costs.isEmpty { object["costs"] = .array(costs.map(\.json)) }
        let constants = adaptive.json
        if !constants.isEmpty { object["adaptive"] = .object(constants) }
        let bounds = breakers.json
        if !bounds.isEmpty { object["breakers"] = .object(bounds) }
        return .object(object)
    }
}

extension Rule {
    var json: JSON {
        var object: JSONObject = ["name": .string(name)]
        let conditions = when.json
        if !conditions.isEmpty { object["when"] = .object(conditions) }
        object["strategy"] = .string(strategy.rawValue)
        if !candidates.isEmpty { object["candidates"] = .array(candidates.map(\.json)) }
        object["value"] = value.map { .string($0.percent) }
        object["attempts"] = attempts.map { .int(Int64($0)) }
        object["seconds"] = seconds.map { .int(Int64($0)) }
        return .object(object)
    }
}

extension Rule.Candidate {
    var json: JSON {
        guard let weight else { return .string(account) }
        return ["account": .string(account), "weight": .int(Int64(weight))]
    }
}

extension Conditions {
    var json: JSONObject {
        var object = JSONObject()
        func add(_ name: String, _ texts: [String]) {
            if !texts.isEmpty { object[name] = .array(texts.map { .string($0) }) }
        }
        add("merchants", merchants)
        add("apps", apps)
        add("currencies", currencies.map(\.code))
        add("directions", directions.map(\.rawValue))
        add("methods", methods.map(\.rawValue))
        object["amount"] = amount?.json
        add("banks", banks)
        if !times.isEmpty { object["times"] = .array(times.map(\.json)) }
        object["customers"] = customers.map {
            ["from": .int(Int64($0.lowerBound)), "to": .int(Int64($0.upperBound))]
        }
        if !metadata.isEmpty {
            object["metadata"] = .object(JSONObject(metadata.map { ($0.key, $0.test.json) }))
        }
        return object
    }
}

extension AmountRange {
    var json: JSON {
        var object: JSONObject = ["currency": .string(currency.code)]
        object["minimum"] = minimum.map { .string(Money(minor: $0, currency).decimal) }
        object["maximum"] = maximum.map { .string(Money(minor: $0, currency).decimal) }
        return .object(object)
    }
}

extension TimeWindow {
    var json: JSON {
        var object: JSONObject = ["zone": .string(zone.text)]
        if !days.isEmpty { object["days"] = .array(days.map { .string($0.rawValue) }) }
        if let hours {
            object["from"] = .string(TimeOfDay.text(hours.from))
            object["to"] = .string(TimeOfDay.text(hours.to))
        }
        return .object(object)
    }
}

extension MetadataCondition.Test {
    var json: JSON {
        switch self {
        case .present: true
        case .absent: false
        case .oneOf(let values): .array(values.map { .string($0) })
        }
    }
}

extension RuleDocument.Cost {
    var json: JSON {
        func text(_ minor: Int64) -> JSON { .string(Money(minor: minor, method.currency).decimal) }
        func add(_ part: Tariff.Part, to object: inout JSONObject) {
            if part.fixed != 0 { object["fixed"] = text(part.fixed) }
            if part.rate != .zero { object["rate"] = .string(part.rate.percent) }
        }
        var object: JSONObject = ["account": .string(account), "method": .string(method.rawValue)]
        add(tariff.base, to: &object)
        if !tariff.tiers.isEmpty {
            object["tiers"] = .array(
                tariff.tiers.map { tier in
                    var object: JSONObject = ["from": text(tier.from)]
                    add(tier.part, to: &object)
                    return .object(object)
                })
        }
        if tariff.minimum != 0 { object["minimum"] = text(tariff.minimum) }
        object["maximum"] = tariff.maximum.map(text)
        return .object(object)
    }
}
