internal import Core
internal import Orchestration
internal import QRCode

/// What an order's payer can pay with, checked once more before a browser gets it.
struct PaymentMeans: Sendable {
    /// A QR code to scan.
    enum Code: Sendable {
        /// Drawn here.
        case symbol(QRCode)
        /// A provider's picture, as a data URI.
        case image(String)
    }

    /// A bank account to transfer to.
    struct Account: Sendable {
        let number: String
        let bank: String?
        let name: String?
    }

    /// What the page leads with; the other, if there is one, stands below it.
    enum Way: Sendable {
        case scan, transfer, page
    }

    let code: Code?
    let account: Account?
    /// Opens the payer's bank app.
    let deepLink: String?
    /// The provider's own page, where there is nothing else.
    let page: String?
    let way: Way

    /// Nil where the order has nothing to show.
    init?(_ order: OrderView) {
        guard let artefact = order.artefact else { return nil }
        if let symbol = QRCodeRoute.symbol(of: order) {
            code = .symbol(symbol)
        } else {
            code = artefact.qrImage.flatMap { Self.isPicture($0) ? .image($0) : nil }
        }
        account = artefact.bankAccountNumber.map {
            Account(number: $0, bank: artefact.bankName, name: artefact.bankAccountName)
        }
        deepLink = artefact.deepLink.flatMap { Self.isHarmless($0) ? $0 : nil }
        page = artefact.pageURL.flatMap { Self.isHarmless($0, web: true) ? $0 : nil }
        if account != nil, code == nil || order.method == .thbBankTransfer {
            way = .transfer
        } else if code != nil {
            way = .scan
        } else if page != nil || deepLink != nil {
            way = .page
        } else {
            return nil
        }
    }

    /// A PNG as a data URI, as connectors let it through.
    private static func isPicture(_ text: String) -> Bool {
        let prefix = "data:image/png;base64,"
        return text.hasPrefix(prefix)
            && text.utf8.dropFirst(prefix.utf8.count).allSatisfy {
                TextRule.isAlphanumeric($0) || "+/=".utf8.contains($0)
            }
    }

    /// Schemes that a link may not have: they run or show something within the page itself.
    private static let harmful: Set<String> = [
        "javascript", "vbscript", "data", "blob", "file", "filesystem", "about", "view-source",
    ]

    /// Whether a text is an absolute URI of visible ASCII that leads away from the page.
    static func isHarmless(_ text: String, web: Bool = false) -> Bool {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let colon = text.firstIndex(of: ":")
        else { return false }
        let scheme = text[..<colon].lowercased()
        let isScheme =
            scheme.first.map { $0.isLetter } ?? false
            && scheme.utf8.allSatisfy { TextRule.isAlphanumeric($0) || "+-.".utf8.contains($0) }
        return isScheme && (web ? ["http", "https"].contains(scheme) : !harmful.contains(scheme))
    }
}
