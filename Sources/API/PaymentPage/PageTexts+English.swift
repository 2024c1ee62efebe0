extension PageTexts {
    /// English.
    static let english = PageTexts(
        payTo: "Pay to",
        amount: "Amount to pay",
        timeLeft: "Time left",
        payBefore: "Pay before",
        backTo: "Back to",
        exact: "Please pay exactly this amount. Any other amount cannot be matched to your payment.",
        leaving: "You will be taken back in a moment.",
        codeTitle: "QR code to pay",
        howTo: "How to pay",
        orTransfer: "Or make a bank transfer",
        orScan: "Or scan a QR code",
        bank: "Bank",
        accountNumber: "Account number",
        accountName: "Account name",
        openApp: "Open banking app",
        openPage: "Go to the payment page",
        copy: "Copy",
        copied: "Copied",
        checkAgain: "Check again",
        scan: [
            "Open your banking app and choose “Scan”.",
            "Scan this code. On this same phone, take a screenshot and choose it in the app.",
            "Check the amount and confirm. This page updates by itself.",
        ],
        transfer: [
            "Open your banking app and choose “Transfer”.",
            "Enter the account number and exactly the amount shown on this page.",
            "Confirm, and keep this page open. It updates by itself.",
        ],
        elsewhere: [
            "Press the button to open the payment page.",
            "Pay the amount shown there.",
            "Come back to this page. It updates by itself.",
        ],
        preparing: Message(
            title: "Getting your payment ready",
            detail: "This takes only a few seconds. The page updates by itself."),
        waiting: Message(
            title: "Waiting for your payment",
            detail: "The page updates by itself as soon as the money arrives."),
        closing: Message(
            title: "The time to pay is over",
            detail: "Please do not pay any more. We are checking whether a payment is still on its way."),
        review: Message(
            title: "This payment is being checked",
            detail:
                "Somebody is looking at it. Please do not pay again. If you have a question, ask the "
                + "merchant."),
        paid: Message(
            title: "Payment received",
            detail: "Thank you. There is nothing more to do."),
        expired: Message(
            title: "The time to pay has passed",
            detail:
                "No payment arrived in time. Please do not use the old code or account any more, and "
                + "start again with the merchant."),
        cancelled: Message(
            title: "This payment was cancelled",
            detail: "Please do not pay it any more. If you have a question, ask the merchant."),
        failed: Message(
            title: "The payment did not go through",
            detail: "It can no longer be paid. Please start again with the merchant."),
        returned: Message(
            title: "The payment was sent back",
            detail: "The money has been returned. If you have a question, ask the merchant."),
        notFound: Message(
            title: "This payment link does not work",
            detail: "Check that you opened the whole link, or ask for a new one where you got it."),
        busy: Message(
            title: "One moment, please",
            detail: "The page cannot be shown right now. It tries again by itself, and nothing is lost."))
}
