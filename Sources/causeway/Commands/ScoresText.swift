internal import JSON

/// What was learned of the accounts, as a person reads it.
enum ScoresText {
    static func lines(_ told: JSON) -> [String] {
        var rows = [["METHOD", "ACCOUNT", "BANK", "SUCCESS", "SPREAD", "REPORTS", "LATENCY", "STATE"]]
        for method in told["methods"]?.arrayValue ?? [] {
            for account in method["accounts"]?.arrayValue ?? [] {
                rows.append(row(method, account, "all", account["score"]))
                for bank in account["banks"]?.arrayValue ?? [] {
                    rows.append(row(method, account, DecisionText.text(bank["bank"]), bank["score"]))
                }
            }
        }
        let constants = (told["constants"]?.arrayValue ?? []).map { constant in
            ["name", "value", "standard", "minimum", "maximum"].map { DecisionText.text(constant[$0]) }
        }
        return (rows.count > 1 ? Console.table(rows) : ["Nothing was learned yet."]) + [""]
            + Console.table([["CONSTANT", "VALUE", "USUALLY", "LEAST", "MOST"]] + constants)
            + [
                "",
                "Change constants in the rules, as the member \"adaptive\"; docs/routing.md has the reasons.",
            ]
    }

    private static func row(_ method: JSON, _ account: JSON, _ bank: String, _ score: JSON?) -> [String] {
        let latency = account["latencyMs"]?.int64.map { "\($0) ms" } ?? "-"
        return [
            DecisionText.text(method["method"]), DecisionText.text(account["account"]), bank,
            DecisionText.text(score?["success"]), DecisionText.text(score?["spread"]),
            DecisionText.text(score?["reports"]), bank == "all" ? latency : "",
            score?["isDown"]?.boolValue == true ? "down" : "up",
        ]
    }
}
