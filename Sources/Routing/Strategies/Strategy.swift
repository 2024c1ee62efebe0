/// How eligible accounts are put in order.
public enum Strategy: String, Sendable, Hashable, CaseIterable {
    /// In the order of the rule's list, else by the accounts' own priority.
    case priority
    /// Shared by the weights of the rule's list, drawn from the order's id.
    case split
    /// The least cost by the document's table first.
    case leastCost = "least_cost"
    /// The least typical latency first.
    case fastest
    /// The greatest expected value first, from what was observed.
    case adaptive
}
