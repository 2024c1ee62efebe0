internal import JSON

extension AdaptiveSettings {
    /// Reads the constants that an operator changes; the others stay as they are.
    init(_ json: JSON, at pointer: String, _ problems: Problems) {
        self.init()
        var reader = ObjectReader(json, at: pointer, problems)
        for constant in Self.constants {
            guard let value = reader.value(constant.name) else { continue }
            guard let number = value.numberText.flatMap(Double.init), constant.bounds.contains(number) else {
                reader.report(
                    constant.name,
                    "must be a number from \(constant.bounds.lowerBound) to \(constant.bounds.upperBound); "
                        + "\(constant.standard) unless it is changed")
                continue
            }
            self[keyPath: constant.path] = number
        }
        reader.finish()
    }

    /// The constants that are not as they would be.
    var json: JSONObject {
        let changed = Self.constants.filter { self[$0] != $0.standard }
        return JSONObject(changed.map { ($0.name, JSON.plain(self[$0])) })
    }
}
