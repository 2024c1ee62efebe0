import Foundation
import JSON
import Testing

@testable import Routing

/// Against statsmodels: Vectors/intervals.py makes the file.
@Suite("Intervals")
struct IntervalTests {
    private static func cases(_ group: String) throws -> [JSON] {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Vectors/intervals.json")
        let cases = try JSON.parse(Array(Data(contentsOf: file)))[group]?.arrayValue ?? []
        try #require(cases.count >= 20)
        return cases
    }

    private static func numbers(_ json: JSON?) -> [Double] {
        (json?.arrayValue ?? []).compactMap { $0.numberText.flatMap { Double($0) } }
    }

    private static func agrees(_ estimate: Estimate?, _ wanted: [Double]) -> Bool {
        guard let estimate else { return false }
        return zip([estimate.value, estimate.low, estimate.high], wanted).allSatisfy {
            abs($0 - $1) <= 1e-9 * max(1, abs($1))
        }
    }

    @Test("of a proportion are Wilson's")
    func singles() throws {
        for each in try Self.cases("singles") {
            let counts = Self.numbers(each["counts"]).map { Int64($0) }
            let estimate = Proportion(counts[0], of: counts[1]).estimate
            #expect(
                Self.agrees(estimate, Self.numbers(each["interval"])),
                "\(counts): \(String(describing: estimate))")
        }
        #expect(Proportion(0, of: 0).estimate == nil)
    }

    @Test("of a difference are Newcombe's")
    func differences() throws {
        for each in try Self.cases("differences") {
            let counts = Self.numbers(each["counts"]).map { Int64($0) }
            let first = try #require(Proportion(counts[0], of: counts[1]).estimate)
            let second = try #require(Proportion(counts[2], of: counts[3]).estimate)
            let estimate = Estimate.sum([(1, first), (-1, second)])
            #expect(Self.agrees(estimate, Self.numbers(each["interval"])), "\(counts): \(estimate)")
        }
    }

    @Test("of a sum with any factors")
    func sums() throws {
        for each in try Self.cases("sums") {
            let terms = try (each["terms"]?.arrayValue ?? []).map { term in
                let numbers = Self.numbers(term)
                return (
                    factor: numbers[0],
                    estimate: try #require(Proportion(Int64(numbers[1]), of: Int64(numbers[2])).estimate)
                )
            }
            #expect(Self.agrees(.sum(terms), Self.numbers(each["interval"])))
        }
    }
}
