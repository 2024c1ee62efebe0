/// Thailand's banks by the codes that PayPlus uses (the documents name KBANK, SCB and BBL as examples and leave the
/// rest to `GET /banks`); codes and names are those of the Bank of Thailand's lists of commercial banks and specialised
/// institutions, as the banks abbreviate themselves.
enum PayPlusBanks {
    static let all = [
        Bank("KBANK", "Kasikornbank"),
        Bank("SCB", "Siam Commercial Bank"),
        Bank("BBL", "Bangkok Bank"),
        Bank("KTB", "Krungthai Bank"),
        Bank("BAY", "Bank of Ayudhya (Krungsri)"),
        Bank("TTB", "TMBThanachart Bank"),
        Bank("GSB", "Government Savings Bank"),
        Bank("BAAC", "Bank for Agriculture and Agricultural Cooperatives"),
        Bank("GHB", "Government Housing Bank"),
        Bank("ISBT", "Islamic Bank of Thailand"),
        Bank("UOB", "United Overseas Bank (Thai)"),
        Bank("CIMBT", "CIMB Thai Bank"),
        Bank("LHB", "Land and Houses Bank"),
        Bank("TISCO", "TISCO Bank"),
        Bank("KKP", "Kiatnakin Phatra Bank"),
        Bank("TCRB", "Thai Credit Bank"),
        Bank("ICBC", "Industrial and Commercial Bank of China (Thai)"),
        Bank("BOC", "Bank of China (Thai)"),
        Bank("CITI", "Citibank"),
        Bank("HSBC", "Hongkong and Shanghai Banking Corporation"),
        Bank("SCBT", "Standard Chartered Bank (Thai)"),
        Bank("DB", "Deutsche Bank"),
        Bank("MIZUHO", "Mizuho Bank"),
        Bank("SMBC", "Sumitomo Mitsui Banking Corporation"),
        Bank("BNP", "BNP Paribas"),
        Bank("ANZ", "ANZ Bank (Thai)"),
        Bank("SME", "Small and Medium Enterprise Development Bank"),
        Bank("EXIM", "Export-Import Bank of Thailand"),
    ]
}
