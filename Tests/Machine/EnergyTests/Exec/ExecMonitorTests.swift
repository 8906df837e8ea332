import Energy
import Glibc
import Testing

@Suite("ExecMonitor")
struct ExecMonitorTests {
  @Test("A monitor waits for a command that prints seldom, and reads it on a thread of its own")
  func seldom() throws {
    let monitor = try PowerMonitor([
      ExecMeter(command: "count=0; while :; do count=$((count + 70)); echo J $count; sleep 1.4; done")
    ])
    #expect(eventually { monitor.account.readings >= 2 })
    let begin = PowerMonitor.now
    usleep(1_500_000)
    // The next line comes more than a second after the window's end.
    let window = try #require(monitor.energy(from: begin, to: begin + 1_500_000_000).first)
    #expect(window.source == "exec" && window.scope == .unstated)
    let energy = try #require(window.energy.measured, "\(window.energy.reason ?? "")")
    #expect(energy.joules > 0 && energy.uncertaintyJoules > 0 && energy.domains.map(\.name) == ["while"])
    monitor.end()
  }
}
