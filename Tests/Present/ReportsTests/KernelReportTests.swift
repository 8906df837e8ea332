import Engines
import Testing

@testable import Reports

@Suite struct KernelReportTests {
  private static let skylakeX = ISALevel.avx512Core.features.union([.sse3, .avx])

  /// The words of the row of a kernel, and the head.
  private func row(_ kernel: String, of report: KernelReport) -> String? {
    let lines = report.text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    return lines.first { $0.hasPrefix("\(kernel) ") }
  }

  #if arch(x86_64)
    @Test func aCPUWithoutVNNI() {
      let report = KernelReport(.current, cpu: Self.skylakeX, style: ReportStyle(width: 120))
      #expect(
        report.text.hasPrefix(
          "CPU: pni avx f16c fma avx2 avx512f avx512cd avx512bw avx512dq avx512vl\nLevel: avx512_core\n"))
      #expect(row("kernel", of: report) == "kernel tile kr needs here")
      #expect(row("gemm:f32:avx512_core:6x64", of: report) == "gemm:f32:avx512_core:6x64 6x64 1 avx512_core chosen")
      #expect(row("gemm:f32:avx2:6x16", of: report) == "gemm:f32:avx2:6x16 6x16 1 avx2 runs")
      #expect(
        row("gemm:u8s8:avx512_core_vnni:6x64", of: report)
          == "gemm:u8s8:avx512_core_vnni:6x64 6x64 4 avx512_core_vnni no: the CPU lacks avx512_vnni")
      #expect(
        row("gemm:f32_blocks:avx512_core:6x64", of: report)
          == "gemm:f32_blocks:avx512_core:6x64 6x64 1 avx512_core chosen by the emulator")
      #expect(row("layer-norm:avx512_core", of: report) == "layer-norm:avx512_core - - avx512_core chosen")
    }

    @Test func aCap() {
      let report = KernelReport(
        .current, cpu: Self.skylakeX, cappedAt: .avx2, style: ReportStyle(width: 140))
      #expect(report.text.contains("\nLevel: avx2, capped at avx2\n"))
      #expect(
        row("gemm:f32:avx512_core:6x64", of: report)
          == "gemm:f32:avx512_core:6x64 6x64 1 avx512_core no: --max-isa excludes avx512f, avx512cd, avx512bw, "
          + "avx512dq, avx512vl")
      #expect(row("gemm:f32:avx2:6x16", of: report) == "gemm:f32:avx2:6x16 6x16 1 avx2 chosen")
    }

    @Test func narrowTablesKeepTheKernelAndItsStanding() {
      let report = KernelReport(.current, cpu: Self.skylakeX, style: ReportStyle(width: 60))
      #expect(row("kernel", of: report) == "kernel here")
      #expect(report.text.split(separator: "\n").allSatisfy { $0.count <= 60 })
    }
  #endif

  @Test func aCPUWithNothing() {
    let text = KernelReport(.current, cpu: []).text
    #expect(text.hasPrefix("CPU: none that kernels use\nLevel: generic\n"))
    #expect(text.contains("chosen"))
  }
}
