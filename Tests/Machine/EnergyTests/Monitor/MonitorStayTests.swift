import Testing

@testable import Energy

@Suite("Where meters are read")
struct MonitorStayTests {
  @Test("On a core of their own if there is one, else beside a measured thread, else anywhere")
  func choice() {
    var stay = MonitorStay([[0, 4], [1, 5], [2, 6], [3, 7]])
    // Core 3 is the last that nobody measures on; then core 2, as PU 7 shares one with PU 3.
    #expect(stay.pus(outside: [0, 1]) == [7])
    #expect(stay.pus(outside: [3]) == [6])
    // Every core is measured on, but not all of their PUs.
    #expect(stay.pus(outside: [0, 1, 2, 3, 7]) == [6])
    #expect(stay.isApart && stay.spare == [6, 7])
    #expect(stay.pus(outside: Set(0...7)) == [0, 4, 1, 5, 2, 6, 3, 7])
    #expect(!stay.isApart && stay.spare == [6, 7])
  }

  @Test("Where nobody says which PUs there are, they are not bound")
  func unbound() {
    var stay = MonitorStay([])
    #expect(stay.pus(outside: [0]).isEmpty)
    #expect(!stay.isApart)
    // A core that may not be used has no PUs.
    var masked = MonitorStay([[0], []])
    #expect(masked.pus(outside: []) == [0])
  }
}
