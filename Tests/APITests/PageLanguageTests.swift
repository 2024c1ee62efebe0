import Testing

@testable import API

@Suite("The languages of payers' pages")
struct PageLanguageTests {
    @Test(
        "are chosen as the browser likes them",
        arguments: [
            (nil, "en"), ("", "en"), ("th", "th"), ("TH-th", "th"), ("km-KH,km;q=0.9,en;q=0.8", "km"),
            ("en;q=0.5, th;q=0.6", "th"), ("th;q=0.5, km;q=0.5", "th"), ("fr, de;q=0.9", "en"),
            ("fr, th;q=0.1", "th"), ("th;q=0", "en"), ("th;q=0, km;q=0.001", "km"), ("*", "en"),
            ("en;q=0, *", "th"), ("en;q=0,th;q=0,*;q=0.5", "km"), ("km;q=0.4, *;q=0.5", "en"),
            ("th;q=1.000, en;q=1", "th"), ("th;q=2, en;q=0.1", "en"), ("th;q=x, km", "km"),
            ("th;q=, km", "km"),
            ("th ; q=0.2 , km ; q=0.3", "km"), (";;,,,=", "en"), ("thai, kmer", "en"),
            ("en-GB, th;q=0.9", "en"),
            ("th;q=1.5;q=0, km;q=0.9", "th"), ("th;q=-1, km;q=0.1", "km"),
            (String(repeating: "fr,", count: 32) + "th", "en"),
        ] as [(String?, String)])
    func negotiation(_ header: String?, _ language: String) {
        #expect(PageLanguage.preferred(header).rawValue == language)
    }

    @Test("each say everything, in words of their own")
    func complete() {
        let all = PageLanguage.allCases.map { Mirror(reflecting: $0.texts).children.map { "\($0.value)" } }
        for index in all[0].indices { #expect(Set(all.map { $0[index] }).count == 3) }
        for language in PageLanguage.allCases {
            for way: PaymentMeans.Way in [.scan, .transfer, .page] {
                #expect(language.texts[way].count == 3)
                #expect(language.texts[way].allSatisfy { !$0.isEmpty })
            }
            let titles = PaymentPhase.allCases.map { language.texts[$0].title }
            #expect(Set(titles).count == titles.count)
        }
    }
}
