internal import Core

/// Puts payers' pages together.
struct PageWriter: Sendable {
    let language: PageLanguage
    var markup = Markup()

    var texts: PageTexts { language.texts }

    init(_ language: PageLanguage) { self.language = language }

    /// How long an end is shown before the payer is taken back, in seconds: long enough to be read.
    static func leavingSeconds(_ phase: PaymentPhase) -> Int { phase == .paid ? 4 : 10 }
    /// How often a page without script loads itself anew, in seconds.
    static let refreshSeconds = 5

    /// The page of a message alone.
    ///
    /// - Parameter tryingAgain: the page loads itself anew after a while.
    static func message(
        _ language: PageLanguage, _ message: KeyPath<PageTexts, PageTexts.Message>, tryingAgain: Bool = false
    ) -> [UInt8] {
        var writer = PageWriter(language)
        let words = writer.texts[keyPath: message]
        writer.begin(title: words.title) { markup in
            if tryingAgain {
                markup.raw("<meta http-equiv=\"refresh\"")
                markup.attribute("content", String(refreshSeconds))
                markup.raw(">")
            }
        }
        writer.markup.raw("<main data-phase=\"none\"><section class=\"end\">")
        writer.icon(tryingAgain ? .preparing : .failed)
        writer.words(words)
        writer.markup.raw("</section></main></body></html>")
        return writer.markup.bytes
    }

    /// The page of an order.
    static func order(_ content: PageContent, _ language: PageLanguage) -> [UInt8] {
        var writer = PageWriter(language)
        writer.head(content)
        writer.markup.raw("<p id=\"live\" class=\"unseen\" role=\"status\" aria-live=\"polite\"></p>")
        if content.phase == .waiting, let means = content.means {
            writer.waiting(content, means)
        } else {
            writer.told(content)
        }
        writer.markup.raw("<script>")
        writer.markup.raw(PageScript.text)
        writer.markup.raw("</script></body></html>")
        return writer.markup.bytes
    }

    // MARK: The head

    private mutating func head(_ content: PageContent) {
        let title = "\(texts[content.phase].title) · \(content.amountText) · \(content.merchant)"
        begin(title: title) { markup in
            if let address = content.returnAddress {
                markup.raw("<meta http-equiv=\"refresh\"")
                markup.attribute("content", "\(Self.leavingSeconds(content.phase));url=\(address)")
                markup.raw(">")
            } else if !content.phase.isEnd {
                markup.raw("<noscript><meta http-equiv=\"refresh\"")
                markup.attribute("content", String(Self.refreshSeconds))
                markup.raw("></noscript>")
            }
        }
    }

    private mutating func begin(title: String, _ more: (inout Markup) -> Void) {
        markup.raw("<!doctype html><html")
        markup.attribute("lang", language.rawValue)
        markup.raw("><head><meta charset=\"utf-8\">")
        markup.raw("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        markup.raw("<meta name=\"color-scheme\" content=\"light dark\">")
        markup.raw("<meta name=\"robots\" content=\"noindex\"><link rel=\"icon\" href=\"data:,\">")
        more(&markup)
        markup.element("title", title)
        markup.raw("<style>")
        markup.raw(PageStyle.text)
        markup.raw("</style></head><body>")
    }

    // MARK: Parts of several pages

    mutating func openMain(_ content: PageContent, wide: Bool) {
        markup.raw("<main")
        if wide { markup.attribute("class", "wide") }
        markup.attribute("data-phase", content.phase.rawValue)
        if let left = content.secondsLeft { markup.attribute("data-left", String(left)) }
        if content.returnAddress != nil {
            markup.attribute("data-leave", String(Self.leavingSeconds(content.phase)))
        }
        markup.raw(">")
    }

    mutating func words(_ message: PageTexts.Message) {
        markup.element("h1", message.title)
        markup.element("p", message.detail)
    }

    /// To whom, and how much.
    mutating func sum(_ content: PageContent) {
        markup.element("p", class: "label", texts.payTo)
        markup.raw("<p class=\"whom\">")
        markup.isolated(content.merchant)
        markup.raw("</p>")
        if let description = content.description {
            markup.raw("<p class=\"what\">")
            markup.isolated(description)
            markup.raw("</p>")
        }
        markup.raw("<div class=\"sum\">")
        markup.element("p", class: "label", texts.amount)
        amount(content)
        markup.raw("</div>")
    }

    mutating func amount(_ content: PageContent) {
        markup.raw("<p class=\"amount\">")
        markup.text(content.groupedAmount)
        markup.raw(" ")
        markup.element("small", content.amount.currency.code)
        markup.raw("</p>")
    }

    /// For who has no script: the page is never out of date for long, and never a dead end.
    mutating func checkAgain() {
        markup.raw("<noscript><p class=\"again\"><a href=\"\">")
        markup.text(texts.checkAgain)
        markup.raw("</a></p></noscript>")
    }
}
