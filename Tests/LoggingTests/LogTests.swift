import JSON
import Logging
import Synchronization
import Testing

@Suite("Log")
struct LogTests {
    final class Kept: LogSink {
        let lines = Mutex<[[UInt8]]>([])
        func write(_ line: [UInt8]) { lines.withLock { $0.append(line) } }
        var values: [JSON] {
            lines.withLock { $0 }.compactMap { line in
                line.last == 0x0A ? try? JSON.parse(line.dropLast()) : nil
            }
        }
    }

    @Test("writes a JSON object a line with time, level, event and fields")
    func line() throws {
        let kept = Kept()
        let log = Log(level: .info, sink: kept)
        log.info("served", ["path": "/v1 \"x\"\n", "status": 200, "ok": true])
        let value = try #require(kept.values.first)
        #expect(value["level"] == "info")
        #expect(value["event"] == "served")
        #expect(value["path"] == "/v1 \"x\"\n")
        #expect(value["status"] == 200)
        #expect(value["ok"] == true)
        #expect(value["time"]?.stringValue?.hasSuffix("Z") == true)
    }

    @Test("leaves lesser levels out")
    func levels() {
        let kept = Kept()
        let log = Log(level: .error, sink: kept)
        log.debug("a")
        log.info("b")
        log.error("c")
        #expect(kept.values.map { $0["event"] } == ["c"])
    }

    @Test("cuts long texts and long lines")
    func bounds() throws {
        let kept = Kept()
        let log = Log(level: .debug, sink: kept)
        let long = String(repeating: "é", count: 4000)
        log.info("one", ["text": .text(long)])
        log.info(
            "many",
            [
                "a": .text(long), "b": .text(long), "c": .text(long), "d": .text(long), "e": .text(long),
                "f": .text(long), "g": .text(long), "h": .text(long), "i": .text(long),
            ])
        let first = try #require(kept.values.first?["text"]?.stringValue)
        #expect(first.utf8.count <= Log.textBytesMax + 6)
        #expect(kept.values.last?["cut"] == true)
        #expect(kept.lines.withLock { $0 }.allSatisfy { $0.count <= Log.lineBytesMax })
    }

    @Test("counts what it drops past its rate, and says so afterwards")
    func rate() {
        let kept = Kept()
        let log = Log(level: .debug, sink: kept)
        let written = Log.linesPerSecondMax * 3
        for _ in 0..<written { log.info("again") }
        // At most two seconds' worth fits a loop this short, whenever it began.
        #expect(kept.values.count < written)
        #expect(kept.values.count >= Log.linesPerSecondMax)
    }
}
