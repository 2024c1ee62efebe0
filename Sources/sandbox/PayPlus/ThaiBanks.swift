/// Thailand's banks by their usual abbreviations (Bank of Thailand's lists of commercial banks and specialised
/// institutions). The seed names KBANK, SCB and BBL only.
enum ThaiBanks {
    struct Bank: Sendable {
        var code: String
        var name: String
        var thaiName: String
    }

    static let all: [Bank] = [
        Bank(code: "BBL", name: "Bangkok Bank", thaiName: "ธนาคารกรุงเทพ"),
        Bank(code: "KBANK", name: "Kasikorn Bank", thaiName: "ธนาคารกสิกรไทย"),
        Bank(code: "KTB", name: "Krungthai Bank", thaiName: "ธนาคารกรุงไทย"),
        Bank(code: "TTB", name: "TMBThanachart Bank", thaiName: "ธนาคารทหารไทยธนชาต"),
        Bank(code: "SCB", name: "Siam Commercial Bank", thaiName: "ธนาคารไทยพาณิชย์"),
        Bank(code: "BAY", name: "Bank of Ayudhya", thaiName: "ธนาคารกรุงศรีอยุธยา"),
        Bank(code: "GSB", name: "Government Savings Bank", thaiName: "ธนาคารออมสิน"),
        Bank(code: "GHB", name: "Government Housing Bank", thaiName: "ธนาคารอาคารสงเคราะห์"),
        Bank(
            code: "BAAC", name: "Bank for Agriculture and Agricultural Cooperatives",
            thaiName: "ธนาคารเพื่อการเกษตรและสหกรณ์การเกษตร"),
        Bank(code: "CIMBT", name: "CIMB Thai Bank", thaiName: "ธนาคารซีไอเอ็มบี ไทย"),
        Bank(code: "UOB", name: "United Overseas Bank (Thai)", thaiName: "ธนาคารยูโอบี"),
        Bank(code: "LHB", name: "Land and Houses Bank", thaiName: "ธนาคารแลนด์ แอนด์ เฮ้าส์"),
        Bank(code: "KKP", name: "Kiatnakin Phatra Bank", thaiName: "ธนาคารเกียรตินาคินภัทร"),
        Bank(code: "TISCO", name: "TISCO Bank", thaiName: "ธนาคารทิสโก้"),
        Bank(code: "ISBT", name: "Islamic Bank of Thailand", thaiName: "ธนาคารอิสลามแห่งประเทศไทย"),
        Bank(code: "TCRB", name: "Thai Credit Bank", thaiName: "ธนาคารไทยเครดิต"),
        Bank(
            code: "SCBT", name: "Standard Chartered Bank (Thai)", thaiName: "ธนาคารสแตนดาร์ดชาร์เตอร์ด (ไทย)"),
        Bank(
            code: "ICBC", name: "Industrial and Commercial Bank of China (Thai)",
            thaiName: "ธนาคารไอซีบีซี (ไทย)"),
        Bank(code: "CITI", name: "Citibank", thaiName: "ธนาคารซิตี้แบงก์"),
        Bank(code: "HSBC", name: "HSBC", thaiName: "ธนาคารฮ่องกงและเซี่ยงไฮ้แบงกิ้งคอร์ปอเรชั่น"),
        Bank(code: "BOC", name: "Bank of China (Thai)", thaiName: "ธนาคารแห่งประเทศจีน (ไทย)"),
        Bank(code: "DB", name: "Deutsche Bank", thaiName: "ธนาคารดอยซ์แบงก์"),
        Bank(code: "MIZUHO", name: "Mizuho Bank", thaiName: "ธนาคารมิซูโฮ"),
        Bank(
            code: "SMBC", name: "Sumitomo Mitsui Banking Corporation",
            thaiName: "ธนาคารซูมิโตโม มิตซุย แบงกิ้ง คอร์ปอเรชั่น"),
        Bank(code: "BNP", name: "BNP Paribas", thaiName: "ธนาคารบีเอ็นพี พารีบาส์"),
        Bank(code: "ANZ", name: "ANZ Bank (Thai)", thaiName: "ธนาคารเอเอ็นแซด (ไทย)"),
        Bank(
            code: "SME", name: "Small and Medium Enterprise Development Bank",
            thaiName: "ธนาคารพัฒนาวิสาหกิจขนาดกลางและขนาดย่อม"),
        Bank(
            code: "EXIM", name: "Export-Import Bank of Thailand",
            thaiName: "ธนาคารเพื่อการส่งออกและนำเข้าแห่งประเทศไทย"),
    ]

    static let codes = Set(all.map(\.code))
}
