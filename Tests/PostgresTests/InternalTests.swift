import Testing

@testable import Postgres

@Suite("Internals")
struct InternalTests {
    @Test("the queue does as an array would")
    func queue() {
        var generator = SystemRandomNumberGenerator()
        var queue = FIFO<Int>()
        var model: [Int] = []
        for number in 0..<20_000 {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                queue.append(number)
                model.append(number)
            case 5..<9: #expect(queue.popFirst() == (model.isEmpty ? nil : model.removeFirst()))
            default:
                if number % 50 == 0 {
                    #expect(queue.extract { $0 % 3 == 0 } == model.filter { $0 % 3 == 0 })
                    model.removeAll { $0 % 3 == 0 }
                } else {
                    queue.prepend(number)
                    model.insert(number, at: 0)
                }
            }
            #expect(
                queue.count == model.count && queue.first == model.first && queue.isEmpty == model.isEmpty)
        }
        var rest: [Int] = []
        queue.forEach { rest.append($0) }
        #expect(rest == model)
    }

    private static let array: [UInt8] = [
        0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 25, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0x61, 0, 0, 0, 2, 0x62, 0x63,
    ]

    private static func texts(_ bytes: [UInt8]) -> [String]? {
        bytes.withUnsafeBytes { Cell(bytes: $0, type: 1009).array { $0.text } }
    }

    @Test("an array is read in full or not at all, wherever it is cut")
    func cutArrays() {
        #expect(Self.texts(Self.array) == ["a", "bc"])
        for length in 0..<Self.array.count { #expect(Self.texts(Array(Self.array.prefix(length))) == nil) }
    }

    @Test("an array whose counts and lengths lie is refused", arguments: [0, 8, 12, 20, 25])
    func lyingArrays(_ offset: Int) {
        for value in [[0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0]] as [[UInt8]] {
            var bytes = Self.array
            bytes.replaceSubrange(offset..<(offset + 4), with: value)
            // Type -1 and its like are the users' own types, which read as text.
            if offset != 8 { #expect(Self.texts(bytes) == nil) } else { _ = Self.texts(bytes) }
        }
    }

    @Test("numbers of another width than their type's are refused")
    func widths() {
        for type in [16, 20, 21, 23, 26, 700, 701, 1114, 1184, 2950] as [UInt32] {
            for length in [0, 3, 5, 7, 9, 15, 17] {
                [UInt8](repeating: 1, count: length).withUnsafeBytes { bytes in
                    let cell = Cell(bytes: bytes, type: type)
                    #expect(cell.int == nil && cell.bool == nil && cell.double == nil)
                    #expect(cell.uuid == nil && cell.timestamp == nil && cell.text == nil)
                }
            }
        }
    }
}
