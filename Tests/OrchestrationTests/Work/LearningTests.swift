import Synchronization
import Testing

@testable import Orchestration

@Suite("Learning")
struct LearningTests {
    @Test("wakes who reads the log once, until it is looked at")
    func wakes() {
        let learning = Learning()
        let woken = Atomic<Int>(0)
        // A report of before anybody listened is no reason to be silent about it later.
        learning.noteReport()
        #expect(learning.isWorthALook)
        learning.look()
        learning.onReport { woken.add(1, ordering: .relaxed) }
        #expect(!learning.isWorthALook)
        for _ in 0..<3 { learning.noteReport() }
        #expect(woken.load(ordering: .relaxed) == 1 && learning.isWorthALook)
        learning.look()
        learning.noteReport()
        #expect(woken.load(ordering: .relaxed) == 2)
    }
}
