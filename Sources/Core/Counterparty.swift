/// The person or account on the other side: the payer of a payin, the payee of a payout. Personal data: sealed at rest, never in a log.
public struct Counterparty: Hashable, Sendable {
    /// The fields a method may need, by their names in the API.
    public enum Field: String, Sendable, CaseIterable {
        /// The account holder's name.
        case name
        /// A code of the method's table of banks or wallets.
        case bankCode
        /// A bank account's number, or a wallet's (its phone number).
        case accountNumber
        /// A phone number, as people write it; each connector writes it its provider's way.
        case phone
        /// An e-mail address.
        case email
        /// The merchant's own id of its customer, for providers that weigh risk by it.
        case userId
    }

    /// At the fields' places.
    private var values = [String?](repeating: nil, count: Field.allCases.count)

    /// Nobody in particular.
    public init() {}

    /// The value of a field, if it was given.
    public subscript(field: Field) -> String? {
        get { values[field.place] }
        set { values[field.place] = newValue }
    }

    /// Whether nothing was given.
    public var isEmpty: Bool { values.allSatisfy { $0 == nil } }
}

extension Counterparty.Field {
    /// Where a counterparty has the field: looked up for every payment many times.
    fileprivate var place: Int {
        switch self {
        case .name: 0
        case .bankCode: 1
        case .accountNumber: 2
        case .phone: 3
        case .email: 4
        case .userId: 5
        }
    }
}

/// One thing that is wrong with a request, in words for the person who made it.
public struct FieldProblem: Error, Hashable, Sendable {
    /// A JSON pointer (RFC 6901) into the request's body: `/counterparty/phone`.
    public let pointer: String
    /// What is wrong and what is allowed. Never repeats the value.
    public let detail: String

    /// A problem at a place.
    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    /// A problem with a field of the counterparty.
    public init(_ field: Counterparty.Field, _ detail: String) {
        self.init(pointer: "/counterparty/" + field.rawValue, detail: detail)
    }
}
