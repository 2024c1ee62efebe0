/// The members of a JSON object in their order, each key once.
///
/// Looking up goes through the members one by one: objects of this program have tens of members, and the
/// reader bounds them.
public struct JSONObject: Sendable, Hashable {
    /// A key and its value.
    public typealias Member = (key: String, value: JSON)

    /// All members in order.
    public private(set) var members: [Member]

    /// No members.
    public init() { members = [] }

    /// Members in their order. The last of equal keys wins, in the place of the first.
    public init(_ members: some Sequence<(String, JSON)>) {
        self.members = []
        self.members.reserveCapacity(members.underestimatedCount)
        var places: [ExactString: Int] = [:]
        for (key, value) in members {
            if let place = Self.place(of: key, in: self.members, &places) {
                self.members[place].value = value
            } else {
                self.members.append((key, value))
            }
        }
    }

    /// The reader has seen to it that no key repeats.
    init(distinct members: [Member]) { self.members = members }

    /// The keys in order.
    public var keys: [String] { members.map(\.key) }

    /// How many members there are.
    public var count: Int { members.count }

    /// Whether there are no members.
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key. Setting keeps the member's place, or adds it at the end; setting nil takes it
    /// away.
    public subscript(key: String) -> JSON? {
        get {
            guard let place = place(of: key) else { return nil }
            return members[place].value
        }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// The same without some keys.
    public func removing(_ keys: String...) -> JSONObject {
        JSONObject(distinct: members.filter { member in !keys.contains { $0.hasSameBytes(as: member.key) } })
    }

    private func place(of key: String) -> Int? {
        members.firstIndex { $0.key.hasSameBytes(as: key) }
    }

    /// Objects of more members than this look for repeated keys in a set.
    private static let comparedMembersMax = 16

    /// Where the key stands already, while an object is put together. A set takes over in large objects, so that they
    /// cost no square of their size; its hashing is seeded at random in each process.
    static func place(of key: String, in members: [Member], _ places: inout [ExactString: Int]) -> Int? {
        if members.count <= comparedMembersMax {
            return members.firstIndex { $0.key.hasSameBytes(as: key) }
        }
        for place in places.count..<members.count { places[ExactString(text: members[place].key)] = place }
        return places[ExactString(text: key)]
    }

    /// The same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy {
                $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value
            }
    }

    /// Hashes keys and values in order.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for member in members {
            hasher.combine(member.key)
            hasher.combine(member.value)
        }
    }
}
