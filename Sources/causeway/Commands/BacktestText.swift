internal import JSON

/// What a backtest found, for people: at most 100 columns.
enum BacktestText {
    private static let columns = 100

    static func lines(_ report: JSON, file: String) -> [String] {
        let (orders, moved) = (report["orders"]?.int64 ?? 0, report["moved"]?.int64 ?? 0)
        var lines = [
            "\(orders) orders from \(text(report["from"])) to \(text(report["to"])).",
            "\(moved) (\(share(moved, of: orders))) would have gone to another account.",
        ]
        let left = report["leftOut"]
        for (name, words) in [("notSent", "never sent"), ("unreadable", "that cannot be read")] {
            if let count = left?[name]?.int64, count > 0 { lines.append("Left out: \(count) \(words).") }
        }
        let inForce = report["inForce"]
        if let differing = inForce?["differing"]?.int64, differing > 0 {
            lines.append(
                "\(differing) went elsewhere than the rules in force (revision \(text(inForce?["revision"]))) would send them today."
            )
        }
        lines += section("Where orders went, and where they would have gone", moves(report))
        lines += section("By which rule", rules(report))
        lines += section("Cost of the paid orders that move, at the account before and after", costs(report))
        lines += section("Success of first attempts, as observed", evidence(report))
        lines += section(
            "Expected success of first attempts of what moves, against before", differences(report))
        lines += wrapped(success(report["success"])).map { "  " + $0 }
        lines += ["", "What to know:"]
        for assumption in list(report["assumptions"]) {
            lines += wrapped("- " + text(assumption), indent: "  ")
        }
        return lines + [
            "", "Ask it beside the rules in force:  causeway rules shadow \(file) --share 10",
            "Put it in force:                   causeway rules apply \(file) --why \"…\"",
        ]
    }

    private static func section(_ title: String, _ rows: [[String]]) -> [String] {
        rows.count < 2 ? [] : ["", title + ":"] + Console.table(rows).map { "  " + $0 }
    }

    private static func moves(_ report: JSON) -> [[String]] {
        [["METHOD", "FROM", "TO", "ORDERS", "AMOUNT"]]
            + list(report["moves"]).map { move in
                places(move) + [
                    text(move["orders"]), "\(text(move["amount"])) \(text(move["currencyId"]))",
                ]
            }
    }

    private static func differences(_ report: JSON) -> [[String]] {
        [["METHOD", "FROM", "TO", "ORDERS", "POINTS (95 %)"]]
            + list(report["moves"]).filter { $0["moved"]?.boolValue == true }.map { move in
                places(move) + [
                    text(move["orders"]),
                    interval(move["success"], scale: 100, signed: true) ?? "no evidence",
                ]
            }
    }

    private static func places(_ move: JSON) -> [String] {
        let stays = move["moved"]?.boolValue == false
        let target = move["toAccount"]?.isNull == true ? "nobody" : name(move["toAccount"])
        return [text(move["paymentMethodId"]), name(move["fromAccount"]), stays ? "stay" : target]
    }

    private static func rules(_ report: JSON) -> [[String]] {
        [["RULE", "STRATEGY", "ORDERS", "MOVED"]]
            + list(report["rules"]).map { rule in
                [
                    rule["rule"]?.isNull == true ? "(none)" : name(rule["rule"], 60), text(rule["strategy"]),
                    text(rule["orders"]), text(rule["moved"]),
                ]
            }
    }

    private static func costs(_ report: JSON) -> [[String]] {
        [["COSTS OF", "ORDERS", "BEFORE", "AFTER", "DIFFERENCE", "NOT KNOWN"]]
            + list(report["costs"]).map { cost in
                let currency = " " + text(cost["currencyId"])
                let difference = text(cost["difference"])
                let sign = difference.hasPrefix("-") || cost["before"] == cost["after"] ? "" : "+"
                return [
                    cost["by"]?.stringValue == "proposed" ? "this document" : "the one in force",
                    text(cost["orders"]), text(cost["before"]) + currency, text(cost["after"]) + currency,
                    sign + difference + currency, text(cost["unknown"]),
                ]
            }
    }

    private static func evidence(_ report: JSON) -> [[String]] {
        [["METHOD", "ACCOUNT", "ATTEMPTS", "SUCCEEDED", "PER CENT (95 %)"]]
            + list(report["evidence"]).map { seen in
                [
                    text(seen["paymentMethodId"]), name(seen["account"]), text(seen["attempts"]),
                    text(seen["succeeded"]), interval(seen["rate"], scale: 100, signed: false) ?? "-",
                ]
            }
    }

    private static func success(_ success: JSON?) -> String {
        let unknown = success?["noEvidence"]?.int64 ?? 0
        let rest = unknown > 0 ? " There is no evidence for \(unknown) orders that move." : ""
        guard let gain = interval(success?["gain"], scale: 1, signed: true) else {
            return unknown > 0 ? "There is no evidence for the orders that move." : "Nothing moves."
        }
        return "Altogether \(gain) more of \(text(success?["orders"])) orders succeed at first." + rest
    }

    /// `+1.2 (-0.4 to +2.9)`, one decimal.
    private static func interval(_ value: JSON?, scale: Double, signed: Bool) -> String? {
        let parts = ["value", "low", "high"].compactMap { value?[$0]?.numberText.flatMap { Double($0) } }
        guard parts.count == 3 else { return nil }
        let told = parts.map { part in
            let tenths = (part * scale * 10).rounded() / 10
            return (signed && tenths > 0 ? "+" : "") + "\(tenths == 0 ? 0 : tenths)"
        }
        return "\(told[0]) (\(told[1]) to \(told[2]))"
    }

    private static func share(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0 else { return "0 %" }
        let tenths = (1000 * part + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10) %"
    }

    private static func name(_ value: JSON?, _ limit: Int = 18) -> String {
        let text = text(value)
        return text.count > limit ? text.prefix(limit - 1) + "…" : text
    }

    private static func list(_ value: JSON?) -> [JSON] { value?.arrayValue ?? [] }

    private static func text(_ value: JSON?) -> String { DecisionText.text(value) }

    private static func wrapped(_ text: String) -> [String] { wrapped(text, indent: "") }

    /// Breaks a paragraph at spaces; lines after the first are indented.
    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let last = lines[lines.count - 1]
            if last.isEmpty || last == indent {
                lines[lines.count - 1] += word
            } else if last.count + 1 + word.count > columns {
                lines.append(indent + word)
            } else {
                lines[lines.count - 1] += " " + word
            }
        }
        return lines
    }
}
