import HostState
import Records
import Testing

@testable import Analysis

private struct Case: Sendable, CustomTestStringConvertible {
  let name: String
  let weight: RunDifference.Weight
  let change: @Sendable (inout Record) -> Void
  var testDescription: String { name }

  init(_ name: String, _ weight: RunDifference.Weight, _ change: @escaping @Sendable (inout Record) -> Void) {
    self.name = name
    self.weight = weight
    self.change = change
  }
}

private let cases: [Case] = [
  Case("CPU model", .unlike) { $0.machine.cpuModel = "Other CPU" },
  Case("instruction sets", .unlike) { $0.machine.isa = ["avx2", "fma", "avx512f"] },
  Case("cores", .unlike) { $0.machine.cores = 2 },
  Case("CPU quota", .unlike) { $0.machine.quotaCPUs = nil },
  Case("hypervisor", .unlike) { $0.machine.hypervisor = nil },
  Case("hypervisor", .doubtful) { $0.machine.hypervisor = "Xen" },
  Case("CPU signature", .doubtful) { $0.machine.cpuSignature = "6/143/9" },
  Case("microcode", .doubtful) { $0.machine.microcode = "0x2b" },
  Case("allowed PUs", .doubtful) { $0.machine.allowedPUs = [1] },
  Case("SMT", .doubtful) { $0.machine.smtActive = false },
  Case("NUMA nodes", .doubtful) { $0.machine.numaNodes = 2 },
  Case("memory", .doubtful) { $0.machine.memoryBytes = 16_000_000_000 },
  Case("last-level cache", .doubtful) { $0.machine.lastLevelCacheBytes = nil },
  Case("governor", .doubtful) { $0.machine.governor = "powersave" },
  Case("transparent huge pages", .doubtful) { $0.machine.transparentHugePages = "never" },
  Case("kernel", .doubtful) { $0.machine.kernel = "6.2.0" },
  Case("operating system", .doubtful) { $0.machine.operatingSystem = "Other" },
  Case("build", .unlike) { $0.tool.configuration = "debug" },
  Case("Assay", .noted) { $0.tool.version = "0.2.0" },
  Case("compiler", .noted) { $0.tool.compiler = "Swift 7" },
  Case("library openblas", .noted) { $0.tool.libraries["openblas"] = nil },
  Case("min-duration", .doubtful) { $0.spec.minDuration = 2 },
  Case("min-duration", .unlike) { $0.spec.minDuration = 2.1 },
  Case("min-duration", .unlike) { $0.spec.minDuration = 0.4 },
  Case("min-queries", .doubtful) { $0.spec.minQueryCount = 64 },
  Case("max-warm-up", .doubtful) { $0.spec.maxWarmUp = 1 },
  Case("seed", .doubtful) { $0.spec.seed = 43 },
  Case("max-isa", .doubtful) { $0.spec.maxISA = "avx2" },
  Case("blas-core", .doubtful) { $0.spec.blasCore = "library" },
  Case("fidelity-samples", .doubtful) { $0.spec.fidelitySamples = 32 },
  Case("per-node", .doubtful) { $0.spec.perNode = true },
  Case("BLAS core", .doubtful) {
    $0.cells[0].rounds[0].observation.blas = .init(
      configuration: "OpenBLAS", core: "Haswell", requestedCore: nil, threadsPerCall: 1)
  },
  Case("kernels of Assay", .doubtful) { $0.cells[0].rounds[0].observation.isa = "avx512_core" },
  Case("model resnet50", .unlike) {
    $0.spec.models = [
      UserModel(
        workload: "resnet50", file: "m.onnx", sha256: String(repeating: "a", count: 64), byteCount: 1, shapes: [],
        inputs: [])
    ]
  },
]

/// What else differs between two runs is named, weighed and explained.
@Suite struct RunDifferenceTests {
  private let record = Sample.record([ComparisonSample.timed([100])])

  @Test(arguments: cases) fileprivate func eachIsNamedOnceWithItsWeight(_ each: Case) throws {
    var other = record
    each.change(&other)
    for (base, candidate) in [(record, other), (other, record)] {
      let comparison = RunComparison(base: base, candidate: candidate, isPaired: false)
      #expect(comparison.differences.map(\.name) == [each.name])
      let found = try #require(comparison.differences.first)
      #expect(found.weight == each.weight && found.base != found.candidate)
      #expect(found.why.hasSuffix(".") && !found.base.isEmpty && !found.candidate.isEmpty)
      #expect((comparison.refusal != nil) == (each.weight == .unlike))
      #expect(comparison.refusal?.contains("\(each.name) (") ?? true)
    }
  }

  @Test func alikeRunsDifferInNothing() {
    var other = record
    // A hundredth of the memory, another time, another suite and more rounds make no difference.
    other.machine.memoryBytes -= 70_000_000
    other.createdAt = "2025-03-02T12:00:00Z"
    other.spec.rounds = 9
    other.spec.timeout = 99
    other.spec.suite = "other"
    other.machine.isa.reverse()
    let comparison = RunComparison(base: record, candidate: other, isPaired: false)
    #expect(comparison.differences.isEmpty && comparison.refusal == nil)
  }

  @Test func theUnlikeComeFirst() {
    var other = record
    for each in cases.reversed() { each.change(&other) }
    let weights = RunComparison(base: record, candidate: other, isPaired: false).differences.map(\.weight)
    let order = RunDifference.Weight.allCases
    #expect(Set(weights) == Set(order))
    let places = weights.compactMap { order.firstIndex(of: $0) }
    #expect(places == places.sorted())
  }

  /// Models of workloads that only one of the two measured do not matter, nor where the file lay.
  @Test func modelsCountWhereTheyWereMeasured() {
    var other = record
    other.spec.models = [
      UserModel(
        workload: "else", file: "m.onnx", sha256: String(repeating: "a", count: 64), byteCount: 1, shapes: [],
        inputs: [])
    ]
    #expect(RunComparison(base: record, candidate: other, isPaired: false).differences.isEmpty)
  }
}
