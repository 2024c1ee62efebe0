import TestSupport
import Testing

@testable import HTTP

@Suite("Request parser")
struct ParserTests {
    @Test("understands every valid message, whole", arguments: Sample.valid)
    func valid(sample: Sample) {
        #expect(Outcome(sample.bytes, cuts: []) == sample.outcome)
    }

    @Test("refuses every invalid message, whole, with its status", arguments: Sample.invalid)
    func invalid(sample: Sample) {
        #expect(Outcome(sample.bytes, cuts: []) == sample.outcome)
    }

    @Test("comes to the same wherever a message is split", arguments: Sample.valid + Sample.invalid)
    func split(sample: Sample) {
        let bytes = sample.bytes
        for cut in 1..<bytes.count {
            #expect(Outcome(bytes, cuts: [cut]) == sample.outcome, "split at \(cut)")
        }
    }

    @Test("comes to the same byte by byte", arguments: Sample.valid + Sample.invalid)
    func byteByByte(sample: Sample) {
        #expect(Outcome(sample.bytes, cuts: 1..<sample.bytes.count) == sample.outcome)
    }

    @Test("takes what follows a valid message as the next", arguments: Sample.valid)
    func pipelined(sample: Sample) {
        let twice = Outcome(sample.bytes + sample.bytes, cuts: [])
        #expect(twice.messages == sample.outcome.messages + sample.outcome.messages)
        #expect(twice.status == nil)
    }

    @Test("knows a message that has not ended", arguments: Sample.valid)
    func partial(sample: Sample) {
        for count in 1..<sample.bytes.count {
            let outcome = Outcome(Array(sample.bytes[..<count]), cuts: [])
            #expect(outcome.status == nil)
            #expect(outcome.messages.count <= sample.outcome.messages.count)
            #expect(outcome.isPartial || outcome.messages.count < sample.outcome.messages.count)
        }
    }

    @Test("comes to the same for any change of a byte and any split")
    func mutated() {
        var random = SeededGenerator()
        let seed = random.seed
        let all = Sample.valid + Sample.invalid
        for _ in 0..<4000 {
            var bytes = all[Int(random.next() % UInt64(all.count))].bytes
            for _ in 0...(random.next() % 3) {
                let index = Int(random.next() % UInt64(bytes.count))
                let interesting: [UInt8] = [0x00, 0x09, 0x0A, 0x0D, 0x20, 0x22, 0x2C, 0x3A, 0x3B, 0x7F, 0xFF]
                switch random.next() % 3 {
                case 0: bytes[index] = interesting[Int(random.next() % UInt64(interesting.count))]
                case 1: bytes.insert(interesting[Int(random.next() % UInt64(interesting.count))], at: index)
                default: if bytes.count > 1 { bytes.remove(at: index) }
                }
            }
            let whole = Outcome(bytes, cuts: [])
            let cuts = Set((0..<4).map { _ in Int(random.next() % UInt64(bytes.count)) }).sorted()
            #expect(Outcome(bytes, cuts: cuts) == whole, "seed \(seed), bytes \(bytes), cuts \(cuts)")
            #expect(Outcome(bytes, cuts: 0..<bytes.count) == whole, "seed \(seed), bytes \(bytes)")
        }
    }
}
