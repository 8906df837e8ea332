import Engines
import Testing

@testable import Reports

@Suite struct KernelReportTests {
  private static let skylakeX = ISALevel.avx512Core.features.union([.sse3, .avx])

  #if arch(x86_64)
    @Test(arguments: [110, 60])
    func aCPUWithoutVNNI(width: Int) throws {
      try expectSnapshot(
        KernelReport(.current, cpu: Self.skylakeX, style: ReportStyle(width: width)).text, "kernels-\(width)")
    }

    @Test func aCap() throws {
      let report = KernelReport(.current, cpu: Self.skylakeX, cappedAt: .avx2, style: ReportStyle(width: 110))
      try expectSnapshot(report.text, "kernels-avx2-110")
    }
  #endif

  @Test func aCPUWithNothing() {
    let text = KernelReport(.current, cpu: []).text
    #expect(text.contains("CPU: none that kernels use\nLevel: generic\n"))
    #expect(text.contains("chosen"))
  }
}
