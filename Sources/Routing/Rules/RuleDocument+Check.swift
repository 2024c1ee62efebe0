public import Core

extension RuleDocument {
    /// What is wrong with a document whose form is right: names that stand for nobody, rules that can never match or have
    /// nobody to choose, costs that a strategy needs. Each with its place and what to do.
    public func check(against names: RoutingNames) -> [FieldProblem] {
        let problems = Problems()
        var priced: [Identifier: MethodSet] = [:]
        for (index, cost) in costs.enumerated() {
            let place = "/costs/\(index)"
            guard let account = names.account(cost.account) else {
                problems.add(place + "/account", Self.unknownAccount(names))
                continue
            }
            let isNew = priced[account.id, default: []].insert(MethodSet(cost.method)).inserted
            if !isNew { problems.add(place, "is the second for its account and method; leave one out") }
        }
        let found = problems.list.count
        for (index, rule) in rules.enumerated() {
            rule.when.check(at: "/rules/\(index)/when", names, problems)
        }
        // What a name that stands for nobody covers cannot be said.
        if problems.list.count == found { checkReach(names, problems) }
        for (index, rule) in rules.enumerated() {
            let place = "/rules/\(index)"
            let accounts = rule.checkCandidates(at: place, names, problems)
            if rule.strategy == .leastCost { rule.checkCosts(of: accounts, priced, at: place, problems) }
        }
        return problems.list
    }

    /// Finds rules that earlier ones leave nothing for, method by method: what one alone does not cover, several may.
    private func checkReach(_ names: RoutingNames, _ problems: Problems) {
        let compiled = rules.map { CompiledRule($0.when, names) }
        for (index, rule) in compiled.enumerated() {
            var left = rule.methods
            var covering: [String] = []
            for earlier in 0..<index where !compiled[earlier].methods.isDisjoint(with: left) {
                guard compiled[earlier].covers(rule) else { continue }
                left.subtract(compiled[earlier].methods)
                covering.append("'\(rules[earlier].name)'")
                if left.isEmpty { break }
            }
            if left.isEmpty, !rule.methods.isEmpty {
                problems.add(
                    "/rules/\(index)",
                    "is never reached: \(covering.joined(separator: " and ")) before it matches all that it does; "
                        + "move it up, narrow what is before it, or take it out")
            }
        }
    }

    fileprivate static func unknownAccount(_ names: RoutingNames) -> String {
        let listed = 20
        let known = names.accounts.prefix(listed).map(\.name).joined(separator: ", ")
        let more = names.accounts.count > listed ? " …" : ""
        return "is no provider account; "
            + (known.isEmpty ? "there is none yet: create it first" : "there are: \(known)\(more)")
    }
}

extension Conditions {
    fileprivate func check(at place: String, _ names: RoutingNames, _ problems: Problems) {
        for (index, merchant) in merchants.enumerated() where names.merchant(merchant) == nil {
            problems.add("\(place)/merchants/\(index)", "is no merchant; create it first, or take it out")
        }
        let known = merchants.compactMap(names.merchant)
        for (index, text) in apps.enumerated() {
            guard let app = names.app(text) else {
                problems.add("\(place)/apps/\(index)", "is no app; create it first, or take it out")
                continue
            }
            if !merchants.isEmpty, known.count == merchants.count, !known.contains(app.merchant) {
                problems.add(
                    "\(place)/apps/\(index)",
                    "is of none of the rule's merchants, so that it never matches; add its merchant, or take it out"
                )
            }
        }
    }
}

extension Rule {
    /// The accounts that may be candidates.
    fileprivate func checkCandidates(
        at place: String, _ names: RoutingNames, _ problems: Problems
    ) -> [RoutingNames.Account] {
        if candidates.isEmpty { return names.accounts }
        let wanted = when.methodsLeft
        var accounts: [RoutingNames.Account] = []
        for (index, candidate) in candidates.enumerated() {
            let place = "\(place)/candidates/\(index)" + (candidate.weight == nil ? "" : "/account")
            guard let account = names.account(candidate.account) else {
                problems.add(place, RuleDocument.unknownAccount(names))
                continue
            }
            if accounts.contains(account) { problems.add(place, "is there twice; leave one out") }
            if account.methods.isDisjoint(with: wanted) {
                problems.add(
                    place, "offers none of the methods that the rule is for; take it out, or let it offer one"
                )
            }
            accounts.append(account)
        }
        return accounts
    }

    fileprivate func checkCosts(
        of accounts: [RoutingNames.Account], _ priced: [Identifier: MethodSet], at place: String,
        _ problems: Problems
    ) {
        for account in accounts {
            let known = priced[account.id, default: []]
            let missing = when.methodsLeft.filter {
                account.methods.contains($0) && !known.contains(MethodSet($0))
            }
            guard !missing.isEmpty else { continue }
            let methods = missing.map(\.rawValue).joined(separator: ", ")
            problems.add(
                place + "/strategy", "needs the cost of '\(account.name)' with \(methods); add it to /costs")
        }
    }
}
