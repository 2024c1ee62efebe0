internal import Core

/// What a provider's words of refusal mean: the first row that fits.
struct RefusalTable: Sendable {
    /// Words that mean the same.
    struct Row: Sendable {
        /// Any of these, as whole words, in lower case without punctuation.
        let phrases: [String]
        /// What they mean.
        let reason: Refusal.Reason
        /// Whether another account may well take the payment: not where its own data is at fault.
        let worthAnotherAccount: Bool
        /// Whose failure they tell of; nil is what the reason stands for.
        let fault: Refusal.Fault?

        init(
            _ phrases: [String], _ reason: Refusal.Reason, worthAnotherAccount: Bool,
            fault: Refusal.Fault? = nil
        ) {
            self.phrases = phrases
            self.reason = reason
            self.worthAnotherAccount = worthAnotherAccount
            self.fault = fault
        }
    }

    /// In order of precedence.
    let rows: [Row]
    /// Said where no row fits. The provider's failure: one that suddenly refuses everything in words that nobody has seen is
    /// out of order.
    let otherwise: Row

    init(_ rows: [Row], otherwise: Refusal.Reason, worthAnotherAccount: Bool = false) {
        self.rows = rows
        self.otherwise = Row([], otherwise, worthAnotherAccount: worthAnotherAccount, fault: .provider)
    }

    /// The same rows with another default.
    func otherwise(_ reason: Refusal.Reason, worthAnotherAccount: Bool = false) -> RefusalTable {
        RefusalTable(rows, otherwise: reason, worthAnotherAccount: worthAnotherAccount)
    }

    /// The refusal that a provider's message means, in words fit to be shown.
    ///
    /// - Parameter counterparty: whose data is taken out of the message; where nobody knows it, the message is not shown
    ///   at all.
    func refusal(_ message: String, hiding counterparty: Counterparty?) -> Refusal {
        let words = Self.words(message)
        let row = rows.first { row in words.says(anyOf: row.phrases) } ?? otherwise
        let shown = counterparty.flatMap { ProviderWords.shown(message, hiding: $0) }
        return Refusal(
            row.reason, shown ?? row.reason.sentence, worthAnotherAccount: row.worthAnotherAccount,
            fault: row.fault)
    }

    /// A message to look for phrases in.
    static func words(_ message: String) -> Words { Words(message) }

    /// A text as lower-case words with one space on either side of each.
    struct Words {
        private let text: String

        fileprivate init(_ message: String) {
            var text = " "
            for character in message.prefix(500).lowercased() {
                if character.isLetter || character.isNumber {
                    text.append(character)
                } else if !text.hasSuffix(" ") {
                    text.append(" ")
                }
            }
            self.text = text.hasSuffix(" ") ? text : text + " "
        }

        /// Whether a phrase stands in it as whole words. Scripts without spaces are looked for anywhere.
        func says(_ phrase: String) -> Bool {
            phrase.utf8.allSatisfy { $0 < 0x80 } ? text.contains(" \(phrase) ") : text.contains(phrase)
        }

        /// Whether any of the phrases stands in it.
        func says(anyOf phrases: [String]) -> Bool { phrases.contains { says($0) } }
    }
}
