internal import Core

/// The pages on which there is nothing to do but to read.
extension PageWriter {
    mutating func told(_ content: PageContent) {
        openMain(content, wide: false)
        markup.raw("<section class=\"end\">")
        icon(content.phase)
        words(texts[content.phase])
        markup.raw("<div class=\"sum\">")
        markup.raw("<p class=\"whom\">")
        markup.isolated(content.merchant)
        markup.raw("</p>")
        amount(content)
        markup.raw("</div>")
        if let address = content.returnAddress {
            markup.raw("<a class=\"button\" rel=\"noreferrer\"")
            markup.attribute("href", address)
            markup.raw(">")
            markup.text(texts.backTo)
            markup.raw(" ")
            markup.isolated(content.merchant)
            markup.raw("</a>")
            markup.element("p", class: "leaving", texts.leaving)
        } else if !content.phase.isEnd {
            checkAgain()
        }
        markup.raw("</section></main>")
    }

    mutating func icon(_ phase: PaymentPhase) {
        markup.raw("<div class=\"icon\"><svg viewBox=\"0 0 24 24\" aria-hidden=\"true\">")
        switch phase {
        case .paid: markup.raw("<path d=\"M5 12.5l4.5 4.5L19 7.5\"/>")
        case .preparing, .waiting, .closing, .expired:
            markup.raw("<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M12 7v5l3.5 2\"/>")
        case .review: markup.raw("<circle cx=\"11\" cy=\"11\" r=\"7\"/><path d=\"M16.2 16.2L21 21\"/>")
        case .cancelled: markup.raw("<circle cx=\"12\" cy=\"12\" r=\"9\"/><path d=\"M8 12h8\"/>")
        case .failed: markup.raw("<path d=\"M7 7l10 10M17 7L7 17\"/>")
        case .returned: markup.raw("<path d=\"M9 14l-5-5 5-5M4 9h10a6 6 0 0 1 0 12h-3\"/>")
        }
        markup.raw("</svg></div>")
    }
}
