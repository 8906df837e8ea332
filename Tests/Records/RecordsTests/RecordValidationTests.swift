import Energy
import HostState
import NumericFormats
import Records
import Testing

@Suite struct RecordValidationTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let reason: String
    let apply: @Sendable (inout Record) -> Void
    init(_ reason: String, _ apply: @escaping @Sendable (inout Record) -> Void) {
      self.reason = reason
      self.apply = apply
    }
    var testDescription: String { reason }
  }

  @Test func theExampleIsValid() throws {
    try Examples.record().validate(path: "r")
  }

  @Test func severalInstancesAreValid() throws {
    var record = Examples.record()
    record.placeTwo()
    try record.validate(path: "r")
    #expect(try Record(json: record.encoded()) == record)
    // PUs may be shared by those who asked for it.
    let shared = Placement(instances: [[0], [0]], isOversubscribed: true)
    record.replaceCell(Examples.cell(placement: shared))
    try record.validate(path: "r")
  }

  @Test(arguments: [
    Change("a text of 100000 bytes") { $0.machine.cpuModel = String(repeating: "x", count: 100_000) },
    Change("its time `9999-99-99T99:99:99Z` is none like") { $0.createdAt = "9999-99-99T99:99:99Z" },
    Change("does not describe itself") { $0.cells[0].id = "resnet50/fp32/openblas/t4/b1/SingleStream" },
    Change("is there twice") { $0.cells.append($0.cells[0]) },
    Change("yet a cell has neither") { $0.cells[0].rounds.removeLast() },
    Change("a batch of 0 samples") { $0.replaceCell(Examples.cell(batch: 0)) },
    Change("names no PU") { $0.replaceCell(Examples.cell(pus: [])) },
    Change("names no PU or a negative") { $0.replaceCell(Examples.cell(pus: [-1])) },
    Change("names a PU twice") { $0.replaceCell(Examples.cell(pus: [1, 1])) },
    Change("an emulated precision has no speed") { $0.replaceCell(Examples.cell(execution: .emulated)) },
    Change("0 planned rounds") { $0.cells[0].plannedRounds = 0 },
    Change("9223372036854775807 planned rounds") { $0.cells[2].plannedRounds = .max },
    Change("a batch of 1025 samples") { $0.replaceCell(Examples.cell(batch: 1025)) },
    Change("4097 threads are more") { $0.replaceCell(Examples.cell(pus: Array(0...4096))) },
    Change("`timeout` must be 1 to 86400 seconds") { $0.spec.timeout = 1e300 },
    Change("`timeout` must be") { $0.spec.timeout = .nan },
    Change("`rounds` must be 1 to 1000") { $0.spec.rounds = .max },
    Change("`min-duration` must be 0.01 to 86400 seconds") { $0.spec.minDuration = 0 },
    Change("`min-queries` must be") { $0.spec.minQueryCount = .min },
    Change("`max-warm-up` must be") { $0.spec.maxWarmUp = -1 },
    Change("`fidelity-samples` must be") { $0.spec.fidelitySamples = 0 },
    Change("`blas-core` is no name") { $0.spec.blasCore = "A\u{0}B" },
    Change("thread count cannot be") { $0.spec.groups[0].threads = [0] },
    Change("batch cannot be") { $0.spec.groups[0].batches = [.max] },
    Change("more than the 1 planned") { $0.cells[0].plannedRounds = 1 },
    Change("out of order") { $0.cells[0].rounds.swapAt(0, 1) },
    Change("out of order or beyond") { $0.cells[0].rounds[1].index = 2 },
    Change("out of order") { $0.cells[0].rounds[0].index = -1 },
    Change("must have timing and no fidelity") { $0.cells[0].rounds[0].performance = nil },
    Change("must have timing and no fidelity") { $0.cells[0].rounds[0].fidelity = Examples.fidelity() },
    Change("must have fidelity and no timing") { $0.cells[1].rounds[0].performance = Examples.performance() },
    Change("has no latencies") { $0.cells[0].rounds[0].performance?.latencies = [] },
    Change("a latency is negative") { $0.cells[0].rounds[0].performance?.latencies[1] = -1 },
    Change("longer than the whole window") { $0.cells[0].rounds[0].performance?.latencies[1] = 34 },
    Change("contradict the batch of 1") { $0.cells[0].rounds[0].performance?.samplesPerQuery = 2 },
    Change("its duration is 0 ns") { $0.cells[0].rounds[0].performance?.duration = 0 },
    Change("its warm-up cannot be") { $0.cells[0].rounds[0].performance?.warmUp.seconds = .nan },
    Change("its warm-up cannot be") { $0.cells[0].rounds[0].performance?.warmUp.discarded = -1 },
    Change("allocations is negative") { $0.cells[0].rounds[0].performance?.allocations = -1 },
    Change("observed CPU is negative") { $0.cells[0].rounds[0].performance?.observedCPUs = [[-2]] },
    Change("steal share") { $0.cells[0].rounds[0].performance?.disturbance.stealShare = 1.5 },
    Change("steal share") { $0.cells[0].rounds[0].performance?.disturbance.stealShare = .nan },
    Change("CPU frequency") { $0.cells[0].rounds[0].performance?.disturbance.megahertz = .infinity },
    Change("count of disturbances") { $0.cells[0].rounds[0].performance?.disturbance.minorFaults = -1 },
    Change("names no domain") {
      $0.energy = .measured(.init(source: "m", domains: [], seconds: 1, uncertaintyJoules: 0))
    },
    Change("measured energy is negative") {
      $0.energy = .measured(
        .init(source: "m", domains: [.init(name: "d", joules: -1)], seconds: 1, uncertaintyJoules: 0))
    },
    Change("outside its own bounds") { $0.energy = .modelled(.init(model: "m", joules: 3, lower: 4, upper: 5)) },
    Change("without a reason") { $0.energy = .unavailable(reason: "") },
    Change("memory plan") { $0.cells[0].rounds[0].observation.memoryPlan.scratch = -1 },
    Change("output digest") { $0.cells[0].rounds[0].observation.output.mean = .nan },
    Change("output digest") { $0.cells[0].rounds[0].observation.output.argmax = 1000 },
    Change("its samples have no tokens") { $0.cells[0].rounds[0].observation.tokensPerSample = 0 },
    Change("its samples have no tokens") { $0.cells[0].rounds[0].observation.tokensPerSample = -384 },
    Change("implementation count") { $0.cells[0].rounds[0].observation.implementations = ["x": -1] },
    Change("compares no samples") { $0.cells[1].rounds[0].fidelity?.samples = 0 },
    Change("not finite") { $0.cells[1].rounds[0].fidelity?.sqnrDecibels = .infinity },
    Change("not finite") { $0.cells[1].rounds[0].fidelity?.largestError = .nan },
    Change("a cosine is outside") { $0.cells[1].rounds[0].fidelity?.leastCosine = .nan },
    Change("top-5") { $0.cells[1].rounds[0].fidelity?.top5Agreement = -0.1 },
    Change("memory plan") {
      var plan = $0.cells[1].rounds[0].observation.memoryPlan
      plan.weightBytesMoved = -1
      $0.cells[1].rounds[0].observation.fp32MemoryPlan = plan
    },
    Change("the emulator's execution cannot be native") {
      $0.replaceCell(
        Cell(
          workload: "resnet50", precision: .bf16, execution: .native, contract: "vdpbf16ps", engine: Cell.emulator,
          placement: Placement(pus: [0]), batch: 1, measurement: .fidelity))
    },
    Change("contract has no name") { $0.spec.groups[0].contracts = [""] },
    Change("names no PU") { $0.place(Placement(instances: [])) },
    Change("names no PU") { $0.place(Placement(instances: [[0], []])) },
    Change("names a PU twice") { $0.place(Placement(instances: [[0, 1], [1]])) },
    Change("4097 threads are more") {
      $0.place(Placement(instances: Array(repeating: [0], count: 4097), isOversubscribed: true))
    },
    Change("placement's words cannot be") { $0.place(Placement(instances: [[0, 1]], words: "")) },
    Change("placement's words cannot be") {
      $0.place(Placement(instances: [[0, 1]], words: String(repeating: "x", count: 4097)))
    },
    Change("a memory node cannot be") {
      $0.place(Placement(instances: [[0, 1]], memory: .init(policy: .bind, nodes: [[-1]])))
    },
    Change("a memory node cannot be") {
      $0.place(Placement(instances: [[0, 1]], memory: .init(policy: .local, nodes: [[4096]])))
    },
    Change("memory policy bind does not name") {
      $0.place(Placement(instances: [[0, 1]], memory: .init(policy: .bind, nodes: [])))
    },
    Change("memory policy interleave does not name") {
      $0.place(Placement(instances: [[0, 1]], memory: .init(policy: .interleave, nodes: [[]])))
    },
    Change("it has 1 instances where the placement has 2") { $0.place(Placement(instances: [[0], [1]])) },
    Change("it has 2 instances where the placement has 1") { $0.cells[0].rounds[0].peers = [Examples.peer()] },
    Change("must have fidelity and no timing") { $0.cells[1].rounds[0].peers = [Examples.peer()] },
    Change("when each of its instances began") {
      $0.placeTwo()
      $0.cells[0].rounds[0].performance?.begin = nil
    },
    Change("a latency is negative") {
      $0.placeTwo()
      $0.cells[0].rounds[1].peers?[0].performance.latencies = [-1]
    },
    Change("memory plan") {
      $0.placeTwo()
      $0.cells[0].rounds[1].peers?[0].observation.memoryPlan.scratch = -1
    },
    Change("its begin cannot be") { $0.cells[0].rounds[0].performance?.begin = -1 },
    Change("its begin cannot be") { $0.cells[0].rounds[0].performance?.begin = .max },
    Change("number of its process is negative") { $0.cells[0].rounds[0].process = -1 },
    Change("observation of a thread is negative") { $0.observed?.threads[0].migrations = -1 },
    Change("observation of a thread is negative") { $0.observed?.threads[0].firstStray = -1 },
    Change("observation of a thread is negative") { $0.observed?.threads[0].involuntarySwitches = -1 },
    Change("observation of a thread is negative") { $0.observed?.threads[0].cpus = [.init(cpu: -1, queries: 1)] },
    Change("observation of memory is negative") { $0.observed?.memory?.nodes[0].bytes = -1 },
    Change("observation of memory is negative") { $0.observed?.memory?.hugeBytes = -1 },
    Change("observation of other threads") { $0.observed?.others?.count = -1 },
    Change("observation of other threads") { $0.observed?.others?.unboundCPUs = [-1] },
    Change("observation of other threads") { $0.observed?.others?.nanoseconds = -1 },
    Change("number of instances cannot be") { $0.spec.groups[0].placement = PlacementLists(instances: [0]) },
    Change("`blas-threads` must be") { $0.spec.blasThreads = 0 },
    Change("0 threads of BLAS") { $0.replaceCell(Examples.cell(blasThreads: 0)) },
    Change("top-1") { $0.cells[1].rounds[0].fidelity?.top1Agreement = 1.01 },
    Change("task score") { $0.cells[1].rounds[0].fidelity?.task?.spearmanWithFP32 = .nan },
  ])
  func whatCannotBeIsRefused(change: Change) {
    var record = Examples.record()
    change.apply(&record)
    let error = #expect(throws: RecordError.self) { try record.validate(path: "r") }
    #expect(error?.reason.contains(change.reason) == true, "\(error?.reason ?? "no error")")
    // The same figures are refused on the way out: no file ever holds them.
    #expect(throws: RecordError.self) { try record.encoded() }
  }
}

extension Record {
  /// Puts another cell in the first place, id and all.
  fileprivate mutating func replaceCell(_ cell: Cell) {
    cells[0].cell = cell
    cells[0].id = cell.id
  }

  fileprivate mutating func place(_ placement: Placement) { replaceCell(Examples.cell(placement: placement)) }

  /// Puts a cell of two instances in the first place.
  fileprivate mutating func placeTwo() {
    place(Placement(instances: [[0], [1]]))
    for index in cells[0].rounds.indices {
      cells[0].rounds[index].performance?.begin = 5
      cells[0].rounds[index].peers = [Examples.peer()]
    }
  }

  fileprivate var observed: ObservedPlacement? {
    get { cells[0].rounds[0].performance?.placement }
    set { cells[0].rounds[0].performance?.placement = newValue }
  }

  fileprivate var energy: EnergyReading? {
    get { cells[0].rounds[0].performance?.energy }
    set { if let newValue { cells[0].rounds[0].performance?.energy = newValue } }
  }
}
