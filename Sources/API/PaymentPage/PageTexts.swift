/// What payers' pages say, in one language. Names and amounts stand beside these, never within.
struct PageTexts: Sendable, Equatable {
    /// What happened, and what it means for the payer.
    struct Message: Sendable, Equatable {
        let title: String
        let detail: String
    }

    // Each stands before a name, an amount or a time.
    let payTo: String
    let amount: String
    let timeLeft: String
    let payBefore: String
    let backTo: String

    let exact: String
    let leaving: String
    let codeTitle: String

    // Headings.
    let howTo: String
    let orTransfer: String
    let orScan: String
    let bank: String
    let accountNumber: String
    let accountName: String

    // Buttons.
    let openApp: String
    let openPage: String
    let copy: String
    let copied: String
    let checkAgain: String

    // Three steps each.
    let scan: [String]
    let transfer: [String]
    let elsewhere: [String]

    let preparing: Message
    let waiting: Message
    let closing: Message
    let review: Message
    let paid: Message
    let expired: Message
    let cancelled: Message
    let failed: Message
    let returned: Message

    /// There is no such page.
    let notFound: Message
    /// The page cannot be made now.
    let busy: Message

    /// The message of a phase.
    subscript(phase: PaymentPhase) -> Message {
        switch phase {
        case .preparing: preparing
        case .waiting: waiting
        case .closing: closing
        case .review: review
        case .paid: paid
        case .expired: expired
        case .cancelled: cancelled
        case .failed: failed
        case .returned: returned
        }
    }

    /// The steps of a way to pay.
    subscript(way: PaymentMeans.Way) -> [String] {
        switch way {
        case .scan: scan
        case .transfer: transfer
        case .page: elsewhere
        }
    }
}
