/// A payment to be made, as a policy sees it.
struct Order {
    let number: Int
    /// In minor units.
    let amount: Double
    let bank: Int
    /// What an attempt costs at each account.
    let costs: [Double]
    /// The accounts that may take it.
    let candidates: [Int]
    let attempts: Int
    /// Random, and the same for every policy.
    let seed: UInt64
}

/// What an attempt came to, as the provider told it.
enum Told {
    case success
    case failure(isRetryable: Bool)
    case customer
}

/// Chooses accounts. It learns of an outcome when it is known, and never the truth.
protocol Policy: SendableMetatype {
    static var name: String { get }
    /// Whether it learns from outcomes.
    static var isAdaptive: Bool { get }
    /// `dayOne` lists the accounts as an operator would who knows them well at the first order, and never again.
    init(accounts: Int, dayOne: [Int])
    mutating func rank(_ order: Order) -> [Int]
    mutating func learn(_ told: Told, account: Int, bank: Int)
}

extension Policy {
    static var isAdaptive: Bool { false }
    mutating func learn(_ told: Told, account: Int, bank: Int) {}
}

extension Order {
    /// Candidates by the expected value at given probabilities, greatest first.
    func byValue(_ success: (Int) -> Double) -> [Int] {
        byScore { success($0) * amount - costs[$0] }
    }

    /// Candidates by a score, greatest first.
    func byScore(_ score: (Int) -> Double) -> [Int] {
        let scored = candidates.map { ($0, score($0)) }
        return scored.sorted { $0.1 > $1.1 }.map(\.0)
    }
}
