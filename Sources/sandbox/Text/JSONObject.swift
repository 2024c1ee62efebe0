/// A JSON object that keeps the order of its members.
struct JSONObject: Sendable {
    struct Member: Sendable {
        var key: String
        var value: JSONValue
    }

    private(set) var members: [Member] = []

    init(_ members: [Member] = []) {
        self.members = members
    }

    subscript(key: String) -> JSONValue? {
        get { members.first { $0.key.hasSameBytes(as: key) }?.value }
        set {
            let index = members.firstIndex { $0.key.hasSameBytes(as: key) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(key: key, value: value))
            case (nil, nil): break
            }
        }
    }

    func without(_ key: String) -> JSONObject {
        JSONObject(members.filter { $0.key != key })
    }

    /// Members in the order of JavaScript's `Object.keys(x).sort()`: by UTF-16 code unit.
    var sortedByUTF16: JSONObject {
        JSONObject(members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) })
    }

    func isSame(as other: JSONObject) -> Bool {
        members.count == other.members.count
            && members.allSatisfy { member in
                other[member.key].map { member.value.isSame(as: $0) } ?? false
            }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = elements.map { Member(key: $0.0, value: $0.1) }
    }
}

extension String {
    /// Not `==`, which takes different bytes for the same character.
    func hasSameBytes(as other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
    }
}
