/// What the sandbox's PayPlus takes, after the seed's samples: 5 of a deposit of 1000, 15 of a withdrawal of 1000.
enum PayPlusFees {
    static let depositBasisPoints: Int64 = 50
    static let withdrawalBasisPoints: Int64 = 150
}
