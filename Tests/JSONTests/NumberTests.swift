import Testing

@testable import JSON

@Suite struct NumberTests {
    @Test(
        "whole numbers, however they are spelled",
        arguments: [
            ("0", 0), ("-0", 0), ("-0.0", 0), ("0e99999999999999999999", 0), ("1000", 1000), ("1000.0", 1000),
            ("1e3", 1000),
            ("1E+3", 1000), ("1.5e1", 15), ("10e-1", 1), ("-12", -12), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("922337203685477580.7e1", .max),
            ("1e18", 1_000_000_000_000_000_000),
            ("1.5", nil), ("0.1", nil), ("1e-1", nil), ("9223372036854775808", nil), ("1e19", nil),
            ("1e400", nil),
            ("1e99999999999999999999", nil), ("1e-99999999999999999999", nil),
        ] as [(String, Int64?)])
    func wholeNumbers(_ text: String, value: Int64?) throws {
        #expect(try JSON.parse(text).int64 == value)
        #expect(try JSON.parse(text).numberText == text)
    }

    @Test(
        "is made from JSON's grammar alone",
        arguments: ["", "+1", "01", ".5", "1.", "NaN", " 1", "1 ", "1e", "0x1", "١"])
    func grammar(_ text: String) {
        #expect(JSONNumber(text: text) == nil)
    }

    @Test(
        "rounds what was measured",
        arguments: [
            (0.123_45, 4, "0.1235"), (0.5, 0, "1.0"), (-0.000_01, 4, "0.0"), (12.345, 1, "12.3"),
            (-2.25, 1, "-2.3"),
            (.infinity, 1, nil), (.nan, 1, nil),
        ] as [(Double, Int, String?)])
    func rounding(_ value: Double, decimals: Int, text: String?) {
        #expect(JSONNumber(rounding: value, decimals: decimals)?.text == text)
    }

    @Test(
        "compares as decimals",
        arguments: [
            ("1000", "1000.0", true), ("1000", "1e3", true), ("1000", "10.00E2", true), ("0", "-0.000", true),
            ("0.1", "1e-1", true), ("0.1", "0.10000000000000000001", false),
            ("9007199254740993", "9007199254740992", false),
            ("1", "-1", false), ("1", "10", false), ("1e999999999", "10e999999998", true),
            ("1e999999999", "1e999999998", false),
            ("1e9999999999999999", "1e9999999999999999", true),
            ("1e9999999999999999", "10e9999999999999998", false),
            ("0e9999999999999999", "0", true), ("345.67", "345.670", true), ("345.67", "345.68", false),
        ])
    func comparison(_ left: String, _ right: String, equal: Bool) throws {
        let (left, right) = (try #require(JSONNumber(text: left)), try #require(JSONNumber(text: right)))
        #expect(left.isNumericallyEqual(to: right) == equal)
        #expect(right.isNumericallyEqual(to: left) == equal)
    }

    @Test(
        "prints as JavaScript does",
        arguments: [
            ("1000.0", "1000"), ("1e21", "1e+21"), ("1e20", "100000000000000000000"),
            ("123456789012345678", "123456789012345680"),
            ("1.2345678901234568e+17", "123456789012345680"), ("0.5", "0.5"), ("1e-7", "1e-7"),
            ("0.000001", "0.000001"),
            ("1.5e-7", "1.5e-7"), ("100000.1", "100000.1"), ("-0", "0"), ("-0.0", "0"), ("1e400", "null"),
            ("-1e400", "null"),
            ("1e-400", "0"), ("5e-324", "5e-324"), ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("0.30000000000000004", "0.30000000000000004"), ("345.670", "345.67"), ("-1.5", "-1.5"),
            ("999999999999999999999", "1e+21"), ("9007199254740993", "9007199254740992"),
            ("1.5e300", "1.5e+300"),
            ("0.1e1", "1"), ("4.35", "4.35"), ("0.00001234", "0.00001234"), ("0.0000001234", "1.234e-7"),
            ("1728470400000", "1728470400000"), ("12345.6789e2", "1234567.89"),
        ])
    func javaScript(_ text: String, expected: String) throws {
        #expect(
            String(decoding: try JSON.parse(text).javaScript(sortedKeys: true), as: UTF8.self) == expected)
    }
}
