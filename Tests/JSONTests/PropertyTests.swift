import Foundation
import TestSupport
import Testing

@testable import JSON

/// Random values and random damage, beside Foundation's reader.
@Suite struct PropertyTests {
    private func string(_ random: inout SeededGenerator) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\0", "\u{1F}", "\u{7F}", "é", "ก", "😀", "\u{2028}",
        ]
        return String(
            String.UnicodeScalarView(
                (0..<Int.random(in: 0...8, using: &random)).map { _ in scalars.randomElement(using: &random)!
                }))
    }

    private func number(_ random: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .int(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 1:
            .number(
                JSONNumber(
                    text:
                        "\(Int.random(in: -999...999, using: &random)).\(UInt16.random(in: 0 ... .max, using: &random))"
                )!)
        default:
            .number(
                JSONNumber(
                    text:
                        "\(Int.random(in: -9...9, using: &random))E\(Int.random(in: -30...30, using: &random))"
                )!)
        }
    }

    private func value(_ random: inout SeededGenerator, depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
        case 0: .null
        case 1: .bool(.random(using: &random))
        case 2: number(&random)
        case 3: .string(string(&random))
        case 4:
            .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(&random, depth: depth + 1) })
        default:
            .object(
                JSONObject(
                    (0..<Int.random(in: 0...24, using: &random)).map { _ in
                        (string(&random), value(&random, depth: depth + 2))
                    }))
        }
    }

    /// The same value as Foundation's tree, for comparison.
    private func matches(_ value: JSON, _ other: Any) -> Bool {
        switch value {
        case .null: return other is NSNull
        case .bool(let value): return (other as? Bool) == value
        case .number(let number):
            // Not `doubleValue`: that of Foundation's decimal numbers is a bit off.
            return (other as? NSNumber).flatMap { Double($0.stringValue) } == Double(number.text)
        case .string(let value):
            return (other as? String).map { Array($0.utf8) == Array(value.utf8) } ?? false
        case .array(let values):
            guard let others = other as? [Any], others.count == values.count else { return false }
            return zip(values, others).allSatisfy { matches($0, $1) }
        case .object(let object):
            guard let others = other as? [String: Any], others.count == object.count else { return false }
            return object.members.allSatisfy { key, value in others[key].map { matches(value, $0) } ?? false }
        }
    }

    private func hasHugeNumber(_ value: JSON) -> Bool {
        switch value {
        case .number(let number): !(Double(number.text)?.isFinite ?? false) || number.text.count > 30
        case .array(let values): values.contains(where: hasHugeNumber)
        case .object(let object): object.members.contains { hasHugeNumber($0.value) }
        default: false
        }
    }

    @Test("what is written reads back the same, here and in Foundation")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed)
        for _ in 0..<300 {
            let value = value(&random, depth: 2)
            let bytes = value.compact()
            let limits = JSON.Limits(bytes: .max, values: .max)
            #expect(try JSON.parse(bytes, limits: limits) == value, "seed \(seed)")
            let tree = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            let same = matches(value, tree)
            #expect(same, "seed \(seed)")
            let printed = try JSON.parse(value.javaScript(sortedKeys: false), limits: limits)
            let tree2 = try JSONSerialization.jsonObject(
                with: Data(printed.compact()), options: .fragmentsAllowed)
            let samePrinted = matches(value, tree2)
            #expect(samePrinted, "seed \(seed)")
        }
    }

    @Test("damaged text is read or refused, never more than Foundation takes")
    func damage() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed", seed)
        var random = SeededGenerator(seed)
        let alphabet = Array("{}[]:,\"\\ue0123.-+tfn \n".utf8) + [0, 0x80, 0xC3, 0xED, 0xFF]
        for _ in 0..<3000 {
            var bytes = value(&random, depth: 3).compact()
            for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                let place = bytes.indices.randomElement(using: &random)!
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = alphabet.randomElement(using: &random)!
                case 1: bytes.remove(at: place)
                default: bytes.insert(alphabet.randomElement(using: &random)!, at: place)
                }
            }
            guard let value = try? JSON.parse(bytes) else { continue }
            #expect(try JSON.parse(value.compact()) == value, "seed \(seed)")
            // Foundation refuses numbers that binary floating point cannot hold.
            if hasHugeNumber(value) { continue }
            let tree = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            #expect(tree != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("every beginning of a text is refused without harm")
    func prefixes() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,false,null,{"b":{}}],"c":"é"}"#.utf8)
        for end in text.indices {
            #expect(throws: JSONError.self) { try JSON.parse(text[..<end]) }
        }
        #expect(try JSON.parse(text).compact().count < text.count)
    }
}
