internal import JSON

extension BreakerSettings {
    /// The constants that are not as they would be.
    var json: JSONObject {
        let changed = Self.constants.filter { self[$0] != $0.standard }
        return JSONObject(changed.map { ($0.name, .int(Int64(self[$0]))) })
    }

    /// Reads the member `breakers` of the rules; whatever is wrong is added to the problems.
    init(_ json: JSON, at pointer: String, _ problems: Problems) {
        self.init()
        var reader = ObjectReader(json, at: pointer, problems)
        for constant in Self.constants {
            let bounds = Int64(constant.bounds.lowerBound)...Int64(constant.bounds.upperBound)
            if let value = reader.integer(constant.name, in: bounds) { self[keyPath: constant.path] = value }
        }
        reader.finish()
        if outcomesMin > outcomes {
            reader.report("outcomesMin", "is more than outcomes, which is \(outcomes); make it at most that")
        }
        if pauseSecondsMax < pauseSeconds {
            reader.report(
                "pauseSecondsMax",
                "is less than pauseSeconds, which is \(pauseSeconds); make it at least that")
        }
    }
}
