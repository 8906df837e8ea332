import AppTestSupport
import Foundation
import Testing

@Suite struct ConformanceTests {
  @Test func quickRun() throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(
        [
          "conformance", "--quick", "--vectors", "10000", "--threads", "1", "--contract", "fp32-fma,fp16-to-fp32",
          "--json",
        ],
        in: folder)
      let output = try AssayProcess.json(run.output)
      let checks = try #require(output["checks"] as? [[String: Any]])
      let ran = checks.filter { $0["unavailable"] == nil }
      #expect(run.status == (ran.isEmpty ? 69 : 0), "\(run.error)")
      let contracts = Set(checks.compactMap { ($0["contracts"] as? [String])?.first })
      #if arch(x86_64)
        #expect(contracts == ["fp32-fma", "fp16-to-fp32"])
      #endif
      #expect(ran.allSatisfy { ($0["cases"] as? Int ?? 0) >= 10000 })
      #expect(!run.error.contains("\u{1B}"))
    }
  }

  /// Arguments, what the sentence says.
  @Test(
    arguments: [
      (["--contract", "vdpbf16"], "did you mean `vdpbf16ps`?"), (["--contract", ","], "names nothing"),
      (["--vectors", "0"], "--vectors must be 1 to"), (["--threads", "100000"], "100000"),
      (
        ["--contract", "fp16-nothing-such"],
        "there is no contract with an instruction or conversion `fp16-nothing-such`"
      ),
      (["--contract", "mxint8"], "The contract mxint8 has no instruction to hold it against; its scalar oracle"),
      (
        ["--contract", "BF16-rne-sgemm"],
        "The contract bf16-rne-sgemm has no instruction to hold it against; its products add as those of fp32-fma, "
          + "which is held against VFMADD231PS (docs/contracts/bf16-rne-sgemm.md)."
      ),
    ] as [([String], String)])
  func badInput(arguments: [String], sentence: String) throws {
    try AssayProcess.withFolder { folder in
      let run = try AssayProcess.run(["conformance", "--quick"] + arguments, in: folder)
      #expect(run.status == 64, "\(run.error)")
      #expect(run.error.lowercased().contains(sentence.lowercased()), "\(run.error)")
      #expect(run.output.isEmpty)
    }
  }
}
