// Built by deploy/fuzz.sh together with the parser's and the form decoders' sources, outside of the package.

/// Keeps what was computed from being optimised away.
nonisolated(unsafe) private var kept = 0

/// Gives the same bytes to the parser whole and in pieces, and to the form decoders; whatever they are, the two ways must
/// come to the same and nothing may trap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let whole = run(bytes) { _ in bytes.count }
    // The pieces' lengths are taken from the bytes themselves, so that the fuzzer can choose them.
    let pieces = run(bytes) { offset in 1 + Int(bytes[offset] & 15) }
    precondition(whole == pieces, "the outcome depends on how the bytes are split")
    kept &+= whole.status + whole.requests
    kept &+= (try? FormDecoder.decode(bytes))?.count ?? 0
    kept &+= (try? MultipartDecoder.decode(bytes, boundary: "b", fieldsMax: 10))?.count ?? 0
    kept &+= MediaType(String(decoding: bytes, as: UTF8.self))?.parameters.count ?? 0
    return 0
}

private struct Outcome: Equatable {
    var requests = 0
    var bodies = 0
    var digest: UInt64 = 14_695_981_039_346_656_037
    var status = 0

    /// FNV-1a.
    mutating func digest(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 1_099_511_628_211 }
    }
}

private func run(_ bytes: [UInt8], piece: (Int) -> Int) -> Outcome {
    // Small limits let short inputs reach them.
    let limits = RequestParser.Limits(
        requestLineBytes: 64, headBytes: 256, fieldCount: 6, bodyBytes: 64, extensionBytes: 16,
        trailerBytes: 32)
    var parser = RequestParser(limits: limits)
    var outcome = Outcome()
    var pending: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
        let end = min(bytes.count, offset + piece(offset))
        pending += bytes[offset..<end]
        offset = end
        while !pending.isEmpty {
            let (used, step) = pending.withUnsafeBytes { parser.advance($0) }
            precondition(used <= pending.count)
            pending.removeFirst(used)
            switch step {
            case .expectation: continue
            case .incomplete: break
            case .request(let head, let body):
                outcome.requests += 1
                outcome.bodies += body.count
                precondition(body.count <= limits.bodyBytes && head.fieldCount <= limits.fieldCount)
                head.withBytes { outcome.digest($0) }
                for index in 0..<head.fieldCount {
                    head.withBytes(head.field(index).value) { outcome.digest($0) }
                }
                head.withBytes(head.facts.query) { kept &+= Query($0).pairs.count }
                continue
            case .failure(let failure):
                outcome.status = failure.status
                return outcome
            }
            break
        }
        precondition(pending.count <= limits.headBytes, "the parser leaves more than it may need")
    }
    return outcome
}
