import Energy
import Foundation
import NumericFormats
import Records
import Testing

@testable import Analysis

@Suite struct ContractComparisonTests {
  private func comparisons(_ edit: (inout Record) -> Void = { _ in }) -> [ContractComparison] {
    var record = ContractSample.record()
    edit(&record)
    return RunSummary(of: record).contracts
  }

  private func entry(_ name: String, _ comparison: ContractComparison) throws -> ContractComparison.Entry {
    try #require(comparison.entries.first { $0.contract == name })
  }

  @Test func entriesAscendByBytesThenByErrorAndFailuresComeLast() throws {
    let all = comparisons()
    #expect(all.map(\.workload) == ["resnet50", "minilm-l6"])
    // What is not done yet is not there; FP32 itself is.
    #expect(
      all[0].entries.map(\.contract) == [
        "u8s8-vnni", "fp8-e4m3-fp32acc", "vdpbf16ps", "bf16-truncate", "fp32-fma", "fp16-fma",
      ])
    let failed = try entry("fp16-fma", all[0])
    #expect(failed.failure?.reason.contains("NaN or infinity") == true)
    #expect(failed.relativeError == nil && failed.bytes == nil && !failed.isSmallest)
  }

  @Test func figuresAreThoseOfTheDefinition() throws {
    let integers = try entry("u8s8-vnni", comparisons()[0])
    // 10^(-20/20)
    #expect(abs(try #require(integers.relativeError) - 0.1) < 1e-15)
    #expect(integers.weightBytes == 25_000_000 && integers.activationBytes == 30_000_000)
    #expect(integers.weightShare == 0.25 && integers.activationShare == 0.3 && integers.byteShare == 0.275)
    #expect(integers.calibration == "entropy")
    let same = comparisons()[1].entries[0]
    #expect(same.relativeError == 0)
    #expect(same.fidelity?.task?.pairs == 100)
  }

  /// The file that ranges came from is named; a round that holds none of scales says nothing.
  @Test func whereRangesCameFromIsSaid() throws {
    let digest = String(repeating: "0a", count: 32)
    let all = comparisons { record in
      let contents = CalibrationFile(
        model: "resnet50", parametersSHA256: digest, method: "min-max", samples: 16, integerLimit: 127, ranges: [:],
        symmetricRanges: [:])
      record.spec.calibrations = [GivenCalibration(file: "mine.json", sha256: digest, contents: contents)]
      record.cells[2].rounds[0].quantisation?.file = digest
    }
    #expect(try entry("u8s8-vnni", all[0]).calibration == "entropy of mine.json")
    #expect(try entry("fp8-e4m3-fp32acc", all[0]).calibration == "entropy")
    #expect(try entry("vdpbf16ps", all[0]).calibration == nil)
  }

  @Test func fp32ItselfIsTheReference() throws {
    let all = comparisons()
    let reference = try #require(all[0].reference)
    #expect(reference.contract == "fp32-fma" && reference.relativeError == 0 && reference.byteShare == 1)
    #expect(reference.speed?.throughput.mean == 52)
    #expect(all[1].reference?.timing == .untimed)
    // Who asks for FP32's own contract gets it measured, and not twice.
    let measured = comparisons { $0.cells.append(ContractSample.compared(.fp32FMA, sqnr: nil, 100, 100)) }[0]
    #expect(measured.entries.count { $0.contract == "fp32-fma" } == 1)
    #expect(measured.reference == nil && measured.smallest(errorAtMost: 0)?.contract == "fp32-fma")
  }

  @Test func theFrontOfBytesAndErrorIsMarked() {
    let marked = comparisons()[0].entries.filter(\.isSmallest).map(\.contract)
    #expect(marked == ["u8s8-vnni", "fp8-e4m3-fp32acc", "vdpbf16ps", "fp32-fma"])
  }

  @Test func onlyWhatRunsNativelyIsTimedAndOnTheFrontOfSpeed() throws {
    let comparison = comparisons()[0]
    #expect(comparison.entries.filter(\.isFastest).map(\.contract) == ["u8s8-vnni", "vdpbf16ps", "fp32-fma"])
    // Of several cells the one with the most threads.
    #expect(try entry("u8s8-vnni", comparison).speed?.id == "resnet50/int8/native/t2/b1/SingleStream")
    #expect(try entry("vdpbf16ps", comparison).speed?.throughput.mean == 92)
    #expect(try entry("vdpbf16ps", comparison).timing == .native)
    #expect(try entry("fp8-e4m3-fp32acc", comparison).timing == .emulated)
    #expect(try entry("fp8-e4m3-fp32acc", comparison).speed == nil)
    // A slower one that is less exact is on no front.
    let slow = comparisons { record in
      record.cells[record.cells.firstIndex { $0.id.contains("vdpbf16ps") } ?? 0].rounds[0].fidelity?.sqnrDecibels = 10
      record.cells.removeAll { $0.id == "resnet50/int8/native/t2/b1/SingleStream" }
    }[0]
    #expect(slow.entries.filter(\.isFastest).map(\.contract) == ["u8s8-vnni", "fp32-fma"])
  }

  @Test func withoutTimingNothingIsCalledEmulated() throws {
    let untimed = comparisons { $0.cells.removeAll { $0.cell.engine == "native" } }[0]
    #expect(Set(untimed.entries.map(\.timing)) == [.untimed])
    let broken = comparisons { record in
      for index in record.cells.indices where record.cells[index].cell.contract == "vdpbf16ps" {
        guard record.cells[index].cell.engine == "native" else { continue }
        record.cells[index].rounds = []
        record.cells[index].failure = Record.Failure(reason: "killed by signal 9 (SIGKILL)", lastErrorLines: [])
      }
    }[0]
    #expect(try entry("vdpbf16ps", broken).timing == .failed)
  }

  @Test(arguments: [
    (1.0, "u8s8-vnni"), (0.1, "u8s8-vnni"), (0.09, "fp8-e4m3-fp32acc"), (0.04, "vdpbf16ps"), (0.01, "vdpbf16ps"),
    (0.0099, nil), (0, nil),
  ])
  func theSmallestWithinABudgetIsFound(limit: Double, contract: String?) {
    #expect(comparisons()[0].smallest(errorAtMost: limit)?.contract == contract)
  }

  /// Of equal bytes the least error.
  @Test func tiesGoByError() {
    let tied = comparisons { $0.cells = [$0.cells[1], $0.cells[0]] }[0]
    #expect(tied.smallest(errorAtMost: 1)?.contract == "vdpbf16ps")
    #expect(tied.mostExact?.contract == "vdpbf16ps")
  }

  @Test func otherRecordsHaveNone() {
    #expect(RunSummary(of: Sample.record([Sample.result(rounds: [Sample.round()])])).contracts.isEmpty)
  }

  @Test func itIsTheSameAfterJSON() throws {
    let all = comparisons()
    let data = try JSONEncoder().encode(all)
    #expect(try JSONDecoder().decode([ContractComparison].self, from: data) == all)
  }
}
