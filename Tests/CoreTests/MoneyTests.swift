import Core
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "reads decimals exactly",
        arguments: [
            ("345.67", 345_67), ("0", 0), ("-0", 0), ("0.00", 0), ("1000", 1000_00), ("1000.0", 1000_00),
            ("1e3", 1000_00),
            ("1E+3", 1000_00), ("1.5e1", 15_00), ("1000e-5", 1), ("0.001e1", 1), ("0.10", 10),
            ("-12.3", -12_30),
            ("0.29", 29), ("4.35", 4_35), ("1.1500000000", 1_15), ("9999999999999.99", 999_999_999_999_999),
            ("-9999999999999.99", -999_999_999_999_999), ("0e9999", 0), ("0.0e-9999", 0), ("007", 7_00),
            ("100000000000000000e-10", 10_000_000_00), ("100000000000000000000000000000.0e-29", 1_00),
            ("000000000000000000000000012.30000000000000000000000000000", 12_30),
            ("0.00000000000000001e17", 1_00),
            ("999999999999999000000000000000e-17", 999_999_999_999_999),
            ("10000000000000.1e-1", 1_000_000_000_000_01),
        ])
    func reads(text: String, minor: Int64) throws {
        #expect(try Money(decimal: text, .thb).minor == minor)
    }

    @Test(
        "refuses what is no decimal",
        arguments: [
            "", "-", "+1", ".5", "1.", "1..2", "1,000", "1 ", " 1", "1e", "1e+", "1e1.5", "0x10", "1_000",
            "NaN", "inf", "--1",
            "1-", "๑", "１", "1e12345", "1e00001", "1\u{301}", "\u{0}1", "1ก",
            String(repeating: "0", count: 65),
            "0." + String(repeating: "0", count: 64), "0e", "0.e1", "12345678901234567890e", "0.001x",
        ])
    func malformed(text: String) {
        #expect(throws: Money.ParseError.malformed) { try Money(decimal: text, .thb) }
    }

    @Test(
        "refuses more decimals than the currency has",
        arguments: [
            ("0.001", Currency.thb), ("1.005", .usd), ("1e-3", .kes), ("1e-9999", .thb), ("4000.5", .khr),
            ("0.1", .khr), ("1234567890123456789.001", .thb), ("1234567890123456789e-18", .thb),
            ("1000000000000000000000000000001e-29", .thb),
        ])
    func decimals(text: String, currency: Currency) {
        #expect(throws: Money.ParseError.tooManyDecimals) { try Money(decimal: text, currency) }
    }

    @Test(
        "refuses more than fifteen digits of minor units",
        arguments: [
            "10000000000000", "-10000000000000", "1e13", "1e9999", "99999999999999999999",
            "99999999999999.99", "1234567890123456e-2", String(repeating: "9", count: 64),
            String(repeating: "1", count: 60) + ".10",
        ])
    func range(text: String) {
        #expect(throws: Money.ParseError.outOfRange) { try Money(decimal: text, .thb) }
    }

    @Test("zeros past the decimals do not count, in riel neither")
    func zeros() throws {
        #expect(try Money(decimal: "4000.00", .khr).minor == 4000)
        #expect(try Money(decimal: "4e3", .khr).minor == 4000)
    }

    @Test(
        "writes all the decimals, or as few as it can",
        arguments: [
            (345_67, Currency.thb, "345.67", "345.67"), (1000_00, .thb, "1000.00", "1000"),
            (50, .thb, "0.50", "0.5"),
            (5, .thb, "0.05", "0.05"), (0, .thb, "0.00", "0"), (-5, .thb, "-0.05", "-0.05"),
            (-100_00, .thb, "-100.00", "-100"),
            (4000, .khr, "4000", "4000"), (0, .khr, "0", "0"),
            (.min, .thb, "-92233720368547758.08", "-92233720368547758.08"),
        ] as [(Int64, Currency, String, String)])
    func writes(minor: Int64, currency: Currency, decimal: String, shortest: String) {
        let money = Money(minor: minor, currency)
        #expect(money.decimal == decimal)
        #expect(money.decimalShortest == shortest)
    }

    @Test("what is written is read back", arguments: Currency.all)
    func roundTrip(currency: Currency) throws {
        for _ in 0..<2000 {
            let digits = Int64.random(in: 0...14)
            let bound = (0..<digits).reduce(Int64(1)) { power, _ in power * 10 }
            let money = Money(minor: .random(in: -bound...bound), currency)
            #expect(try Money(decimal: money.decimal, currency) == money)
            #expect(try Money(decimal: money.decimalShortest, currency) == money)
        }
    }

    @Test("random bytes are refused or read, never a crash")
    func fuzz() {
        let alphabet = Array("0123456789.-+eE x".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12)).map { _ in alphabet[.random(in: alphabet.indices)] }
            let text = String(decoding: bytes, as: UTF8.self)
            if let money = try? Money(decimal: text, .usd) {
                #expect(abs(money.minor) <= Money.minorMax, "\(text)")
            }
        }
    }

    @Test("currencies are found by their code in capitals, and equal by it")
    func currencies() {
        for currency in Currency.all { #expect(Currency(code: currency.code) == currency) }
        #expect(Currency(code: "thb") == nil && Currency(code: "EUR") == nil && Currency(code: "") == nil)
        #expect(Set(Currency.all.map(\.code)).count == Currency.all.count)
        #expect(Money(minor: 1, .thb) != Money(minor: 1, .kes))
    }

    @Test("a method's name begins with its currency", arguments: PaymentMethod.allCases)
    func methods(method: PaymentMethod) {
        #expect(method.rawValue.hasPrefix(method.currency.code + "_"))
        #expect(!method.name.isEmpty)
    }
}
