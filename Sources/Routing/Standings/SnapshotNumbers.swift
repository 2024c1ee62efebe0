internal import JSON

extension JSONWriter {
    mutating func numbers(_ values: [Double]) {
        beginArray()
        for value in values { number(JSONNumber(text: String(value)) ?? JSONNumber(0)) }
        endArray()
    }
}

extension JSON? {
    /// The numbers of an array; empty where there is anything else.
    var numbers: [Double] {
        guard let elements = self?.arrayValue else { return [] }
        let numbers = elements.compactMap { $0.numberText.flatMap(Double.init) }
        return numbers.count == elements.count ? numbers : []
    }
}
