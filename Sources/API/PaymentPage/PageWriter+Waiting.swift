internal import Core

/// The page on which a payer pays.
extension PageWriter {
    mutating func waiting(_ content: PageContent, _ means: PaymentMeans) {
        openMain(content, wide: true)
        markup.raw("<section>")
        sum(content)
        markup.element("p", class: "exact", texts.exact)
        markup.raw("<div class=\"state\"><span class=\"dot\"></span>")
        markup.element("h1", texts.waiting.title)
        markup.raw("</div>")
        time(content)
        checkAgain()
        markup.raw("</section><section class=\"means\">")
        switch means.way {
        case .scan: code(means)
        case .transfer: account(content, means)
        case .page: break
        }
        links(means)
        markup.raw("</section><section class=\"how\">")
        markup.element("h2", texts.howTo)
        steps(means.way)
        otherWay(content, means)
        markup.raw("</section></main>")
    }

    private mutating func time(_ content: PageContent) {
        guard let left = content.secondsLeft, let end = content.expiresAt else { return }
        markup.raw("<div class=\"time\"><p><span>")
        markup.text(texts.timeLeft)
        markup.raw(" <b role=\"timer\">")
        markup.text(Self.clock(left))
        markup.raw("</b></span><span>")
        markup.text(texts.payBefore)
        markup.raw(" <time")
        markup.attribute("datetime", end.iso8601)
        markup.raw(">")
        // The payer's script knows the payer's zone; without it, this is true everywhere.
        markup.text("\(end.iso8601.dropFirst(11).prefix(5)) UTC")
        markup.raw("</time></span></p><progress aria-hidden=\"true\"")
        markup.attribute("max", String(max(content.wholeSeconds, 1)))
        markup.attribute("value", String(left))
        markup.raw("></progress></div>")
    }

    /// `14:53`, or `1:02:33` from an hour on, as the script shows it.
    static func clock(_ seconds: Int) -> String {
        let two = { (number: Int) in number < 10 ? "0\(number)" : String(number) }
        let minutes = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds < 3600 ? minutes : "\(seconds / 3600):\(minutes)"
    }

    private mutating func code(_ means: PaymentMeans) {
        guard let code = means.code else { return }
        markup.raw("<div class=\"code\">")
        switch code {
        case .symbol(let symbol): markup.drawing(symbol, title: texts.codeTitle)
        case .image(let image):
            markup.raw("<img")
            markup.attribute("alt", texts.codeTitle)
            markup.attribute("src", image)
            markup.raw(">")
        }
        markup.raw("</div>")
    }

    private mutating func links(_ means: PaymentMeans) {
        if let link = means.deepLink {
            button(link, texts.openApp)
        } else if means.way == .page, let page = means.page {
            button(page, texts.openPage)
        }
    }

    private mutating func button(_ address: String, _ words: String) {
        markup.raw("<a class=\"button\" rel=\"noreferrer\"")
        markup.attribute("href", address)
        markup.raw(">")
        markup.text(words)
        markup.raw("</a>")
    }

    private mutating func steps(_ way: PaymentMeans.Way) {
        markup.raw("<ol>")
        for step in texts[way] {
            markup.raw("<li>")
            markup.element("span", step)
            markup.raw("</li>")
        }
        markup.raw("</ol>")
    }

    private mutating func account(_ content: PageContent, _ means: PaymentMeans) {
        guard let account = means.account else { return }
        markup.raw("<dl>")
        if let bank = account.bank { row(texts.bank, bank) }
        row(texts.accountNumber, account.number, copies: account.number)
        if let name = account.name { row(texts.accountName, name) }
        row(texts.amount, content.amountText, copies: content.amount.decimal)
        markup.raw("</dl>")
    }

    private mutating func row(_ label: String, _ value: String, copies: String? = nil) {
        markup.raw("<div>")
        markup.element("dt", label)
        markup.raw(copies == nil ? "<dd>" : "<dd class=\"long\">")
        markup.isolated(value)
        markup.raw("</dd>")
        if let copies {
            markup.raw("<button type=\"button\" hidden")
            markup.attribute("data-copy", copies)
            markup.attribute("data-done", texts.copied)
            markup.attribute("aria-label", "\(texts.copy): \(label)")
            markup.raw(">")
            markup.text(texts.copy)
            markup.raw("</button>")
        }
        markup.raw("</div>")
    }

    private mutating func otherWay(_ content: PageContent, _ means: PaymentMeans) {
        switch means.way {
        case .scan where means.account != nil:
            markup.raw("<details>")
            markup.element("summary", texts.orTransfer)
            account(content, means)
            markup.raw("</details>")
        case .transfer where means.code != nil:
            markup.raw("<details>")
            markup.element("summary", texts.orScan)
            code(means)
            markup.raw("</details>")
        default: break
        }
    }
}
