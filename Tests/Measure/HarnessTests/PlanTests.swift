import Harness
import NumericFormats
import Records
import Testing

@Suite struct PlanTests {
  private func ids(
    cores: Int = 2, smt: Bool = false, _ edit: (inout CellLists) -> Void
  ) throws -> [String] {
    let topology = Examples.topology(cores: cores, smt: smt)
    return try Examples.plan(suite: Examples.suite(edit), topology: topology).cells.map(\.cell.id)
  }

  private func problem(_ edit: (inout CellLists) -> Void) -> PlanError? {
    #expect(throws: PlanError.self) { try Examples.plan(suite: Examples.suite(edit)) }
  }

  @Test func listsMultiplyInAFixedOrder() throws {
    let ids = try ids { lists in
      lists.workloads = ["resnet50", "bert-base"]
      lists.threads = try? ListExpression("1,2")
      lists.batches = try? ListExpression("1,8")
      lists.scenarios = ["SingleStream", "Offline"]
    }
    #expect(ids.count == 16)
    #expect(
      ids.prefix(5) == [
        "resnet50/fp32/openblas/t1/b1/SingleStream", "resnet50/fp32/openblas/t1/b1/Offline",
        "resnet50/fp32/openblas/t1/b8/SingleStream", "resnet50/fp32/openblas/t1/b8/Offline",
        "resnet50/fp32/openblas/t2/b1/SingleStream",
      ])
    #expect(ids[8] == "bert-base-384/fp32/openblas/t1/b1/SingleStream")
    #expect(Set(ids).count == 16)
  }

  @Test func threadsLeftOutAreOnePowersOfTwoAndAll() throws {
    #expect(
      try ids(cores: 6) { _ in } == ["1", "2", "4", "6"].map { "resnet50/fp32/openblas/t\($0)/b1/SingleStream" })
  }

  @Test func anEmulatedPrecisionIsOneFidelityCellHoweverMuchIsAskedFor() throws {
    let ids = try ids(cores: 4) { lists in
      lists.precisions = ["fp32", "bf16", "int8"]
      lists.threads = try? ListExpression("1,2")
      lists.batches = try? ListExpression("1,8")
      lists.scenarios = ["SingleStream", "Offline"]
    }
    #expect(ids.filter { $0.contains("fp32") }.count == 8)
    #expect(
      ids.filter { !$0.contains("fp32") } == [
        "resnet50/bf16/openblas/t4/b1/fidelity", "resnet50/int8/openblas/t4/b1/fidelity",
      ])
  }

  @Test func aNativePrecisionIsTimedAndCompared() throws {
    let ids = try ids { lists in
      lists.precisions = ["bf16"]
      lists.engines = ["native"]
      lists.threads = try? ListExpression("2")
    }
    #expect(ids == ["resnet50/bf16/native/t2/b1/SingleStream", "resnet50/bf16/native/t2/b1/fidelity"])
  }

  /// Other ranges are other numbers; cells of other precisions, and those of earlier records, keep their names.
  @Test func aCalibrationMethodIsPartOfTheNameOfINT8Cells() throws {
    var suite = Examples.suite { $0.precisions = ["bf16", "int8"] }
    suite.settings.calibrationMethod = "Percentile:99.90"
    let cells = try Examples.plan(suite: suite).cells
    #expect(cells.map(\.cell.calibration) == [nil, "percentile:99.9"])
    #expect(
      cells.map(\.cell.id) == [
        "resnet50/bf16/openblas/t2/b1/fidelity", "resnet50/int8/openblas/t2/b1/fidelity/percentile:99.9",
      ])
    #expect(cells.map { $0.repro.contains("--calibration-method percentile:99.9") } == [false, true])
    suite.settings.calibrationMethod = "min-max"
    #expect(try Examples.plan(suite: suite).cells.map(\.cell.calibration) == [nil, nil])
  }

  @Test func aNumberOfCalibrationSamplesIsPartOfTheNameOfINT8Cells() throws {
    var suite = Examples.suite { $0.precisions = ["bf16", "int8"] }
    suite.settings.calibrationSamples = 64
    suite.settings.calibrationMethod = "entropy"
    let cells = try Examples.plan(suite: suite).cells
    #expect(
      cells.map(\.cell.id) == [
        "resnet50/bf16/openblas/t2/b1/fidelity", "resnet50/int8/openblas/t2/b1/fidelity/entropy/n64",
      ])
    #expect(cells.map { $0.repro.contains("--calibration-samples 64") } == [false, true])
    suite.settings.calibrationSamples = 65
    let error = #expect(throws: PlanError.self) { try Examples.plan(suite: suite) }
    #expect(
      error?.description
        == "`calibration-samples` asks for 65, and resnet50 has 64 samples to calibrate with, "
        + "apart from those that fidelity is measured on.")
  }

  /// Cells of the file's model use its ranges; others, and other precisions, do not.
  @Test func rangesFromAFileArePartOfTheNameOfINT8Cells() throws {
    let given = Examples.givenCalibration("resnet50")
    func plan(_ precisions: [String], _ workloads: [String]) throws -> Plan {
      let suite = Examples.suite { ($0.precisions, $0.workloads) = (precisions, workloads) }
      let topology = Examples.topology(cores: 2)
      var spec = try RunSpec(suite: suite, options: RunOptions(), topology: topology)
      spec.calibrations = [given]
      return try Plan(spec: spec, topology: topology, catalogue: Examples.catalogue)
    }
    let whole = try plan(["bf16", "int8"], ["resnet50", "bert-base"])
    #expect(
      whole.cells.map(\.cell.id) == [
        "resnet50/bf16/openblas/t2/b1/fidelity", "resnet50/int8/openblas/t2/b1/fidelity/ranges-0a0a0a0a0a0a",
        "bert-base-384/bf16/openblas/t2/b1/fidelity", "bert-base-384/int8/openblas/t2/b1/fidelity",
      ])
    #expect(whole.cells.map { $0.repro.contains("--calibration ranges.json") } == [false, true, false, false])
    try whole.requireUse(of: [given])
    for useless in [try plan(["bf16"], ["resnet50"]), try plan(["int8"], ["bert-base"])] {
      let error = #expect(throws: PlanError.self) { try useless.requireUse(of: [given]) }
      #expect(error?.reason.hasPrefix("`--calibration` ranges.json gives INT8 ranges of resnet50") == true)
    }
    let requests = whole.cells.map {
      RoundRequest(parent: 1, cell: $0.cell, round: 0, spec: whole.spec, requestedCore: nil)
    }
    #expect(requests.map { $0.ranges != nil } == [false, true, false, false])
  }

  /// `native` computes `vdpbf16ps` natively here.
  private func contractPlan(
    _ contracts: [String], method: String? = nil, scenarios: [String] = ["SingleStream"]
  ) throws -> Plan {
    var suite = Examples.suite { lists in
      lists.workloads = ["resnet50", "minilm-l6"]
      lists.engines = ["native"]
      lists.contracts = contracts
      lists.scenarios = scenarios
      lists.threads = try? ListExpression("2")
    }
    suite.settings.calibrationMethod = method
    var catalogue = Examples.catalogue
    let index = try #require(catalogue.engines.firstIndex { $0.name == "native" })
    catalogue.engines[index].modes[.bf16] = Catalogue.Mode(execution: .native, contract: "vdpbf16ps")
    let topology = Examples.topology(cores: 4)
    return try Plan(
      spec: RunSpec(suite: suite, options: RunOptions(), topology: topology), topology: topology, catalogue: catalogue)
  }

  @Test func everyContractIsComparedOnceAndTimedWhereItIsNative() throws {
    let plan = try contractPlan(["VDPBF16PS", "fp8-e4m3-fp32acc", "vdpbf16ps"])
    #expect(
      plan.cells.prefix(4).map(\.cell.id) == [
        "resnet50/vdpbf16ps/emulator/t4/b1/fidelity", "resnet50/fp8-e4m3-fp32acc/emulator/t4/b1/fidelity",
        "resnet50/fp32/native/t2/b1/SingleStream", "resnet50/bf16/native/t2/b1/SingleStream",
      ])
    #expect(plan.cells.count == 8)
    #expect(plan.cells.prefix(4).map(\.rounds) == [1, 1, 3, 3])
    #expect(plan.cells.prefix(3).map(\.cell.execution) == [.emulated, .emulated, .native])
    #expect(plan.cells.prefix(2).map(\.cell.precision) == [.bf16, .fp8])
    #expect(plan.spec.groups[0].contracts == ["vdpbf16ps", "fp8-e4m3-fp32acc"])
    #expect(plan.spec.groups[0].precisions == [.bf16, .fp8])
  }

  @Test func whoWantsNoSpeedGetsNone() throws {
    let plan = try contractPlan(["vdpbf16ps"], scenarios: [])
    #expect(plan.cells.map(\.cell.measurement) == [.fidelity, .fidelity])
    // FP32 alone is not native under another contract's name.
    #expect(try contractPlan(["bf16-truncate"]).cells.map(\.cell.precision) == [.bf16, .fp32, .bf16, .fp32])
  }

  @Test func onlyContractsWithStaticScalesHaveACalibration() throws {
    let contracts = ["vdpbf16ps", "fp8-e4m3-fp32acc", "u8s8-vnni", "mxint8"]
    let cells = try contractPlan(contracts, method: "entropy", scenarios: []).cells
    #expect(cells.prefix(4).map(\.cell.calibration) == [nil, "entropy", "entropy", nil])
    #expect(cells[1].cell.id == "resnet50/fp8-e4m3-fp32acc/emulator/t4/b1/fidelity/entropy")
    #expect(
      cells[1].repro
        == "assay precision resnet50 --contracts fp8-e4m3-fp32acc --samples 8 --no-speed --timeout 120.0 "
        + "--calibration-method entropy")
  }

  @Test func anUnknownContractIsASentence() {
    let error = #expect(throws: PlanError.self) { try contractPlan(["vdpbf16p"]) }
    #expect(error?.description == "There is no numerics contract `vdpbf16p`; did you mean `vdpbf16ps`?")
  }

  /// A record of contracts can be completed.
  @Test func theEmulatorsCellsAreKnownToWhoResumes() throws {
    let plan = try contractPlan(["vdpbf16ps"])
    let resumed = try Plan(resuming: Examples.record(plan), catalogue: Examples.catalogue)
    #expect(resumed.cells.map(\.cell.id) == plan.cells.map(\.cell.id))
    #expect(resumed.cells.map(\.secondsPerRound) == plan.cells.map(\.secondsPerRound))
  }

  @Test func equalCellsArePlannedOnce() throws {
    var suite = Examples.suite { $0.threads = try? ListExpression("1,2") }
    suite.groups.append(Examples.suite { $0.threads = try? ListExpression("2,all") }.groups[0])
    #expect(try Examples.plan(suite: suite).cells.map(\.cell.placement.threads) == [1, 2])
  }

  @Test func fidelityNeedsOneRound() throws {
    let plan = try Examples.plan(suite: Examples.suite { $0.precisions = ["fp32", "bf16"] })
    #expect(plan.cells.map(\.rounds) == [3, 3, 1])
  }

  @Test func placementsGoThroughCoresBeforeSiblings() throws {
    let topology = Examples.topology(cores: 2, smt: true)
    let plan = try Examples.plan(
      suite: Examples.suite { $0.threads = try? ListExpression("1,2,4") }, topology: topology)
    #expect(plan.cells.map(\.cell.placement.pus) == [[0], [0, 1], [0, 1, 2, 3]])
  }

  @Test func whatDoesNotExistIsASentence() {
    #expect(
      problem { $0.workloads = ["resnet5"] }?.description == "There is no workload `resnet5`; did you mean `resnet50`?")
    #expect(problem { $0.engines = ["openblass"] }?.description.contains("did you mean `openblas`?") == true)
    #expect(problem { $0.workloads = ["quite-another"] }?.description.contains("there are resnet50, bert") == true)
    #expect(
      problem {
        $0.engines = ["native"]
        $0.precisions = ["int8"]
      }?.description == "Engine `native` does not run int8.")
    #expect(problem { $0.workloads = [] }?.description == "The run has no cells; name at least one workload.")
  }

  @Test func threadsBeyondWhatIsAllowedAreRefused() {
    let error = problem { $0.threads = try? ListExpression("1,3") }
    #expect(
      error?.description.hasPrefix("3 threads do not fit: this process may use 2") == true,
      "\(String(describing: error))")
    #expect(error?.exitCode == 64)
  }

  @Test func productsAreCapped() {
    let error = problem { lists in
      lists.batches = try? ListExpression("1-1024")
      lists.threads = try? ListExpression("1,2")
      lists.scenarios = ["SingleStream", "Offline"]
      lists.workloads = ["resnet50", "minilm-l6"]
    }
    // 8192 distinct cells
    #expect(error?.reason.contains("more than 4096 cells") == true)
  }

  @Test func estimatesFollowTheStatedRates() throws {
    let plan = try Examples.plan(suite: Examples.suite { $0.threads = try? ListExpression("1,2") })
    // 4e9 / 50e9 = 0.08 s a query: 15 of them warm up; the window is 2 s; 25 M parameters load in 25/60 s, after 0.3 s.
    #expect(abs(plan.cells[0].secondsPerRound - (0.3 + 25.0 / 60 + 1.2 + 2)) < 1e-9)
    #expect(abs(plan.cells[1].secondsPerRound - (0.3 + 25.0 / 60 + 0.6 + 2)) < 1e-9)
    #expect(abs(plan.seconds - 3 * (plan.cells[0].secondsPerRound + plan.cells[1].secondsPerRound)) < 1e-9)
    #expect(plan.estimateBasis.contains("openblas 50"))
  }

  @Test func theReproLineMeasuresTheSameCell() throws {
    let plan = try Examples.plan(suite: Examples.suite { $0.threads = try? ListExpression("2") })
    #expect(
      plan.cells[0].repro
        == "assay run --workload resnet50 --precision fp32 --engine openblas --threads 2 --batch 1 "
        + "--scenario SingleStream --rounds 3 --min-duration 2.0 --min-queries 8 --max-warm-up 2.0 --seed 1 "
        + "--timeout 120.0 --blas-core auto")
  }

  // MARK: Placements

  private func cells(
    cores: Int = 4, smt: Bool = false, blasThreads: Int? = nil, _ edit: (inout CellLists) -> Void
  ) throws -> [Plan.PlannedCell] {
    var suite = Examples.suite(edit)
    suite.settings.blasThreads = blasThreads
    return try Examples.plan(suite: suite, topology: Examples.topology(cores: cores, smt: smt)).cells
  }

  @Test func placementsInstancesThreadsAndPoliciesMultiply() throws {
    let cells = try cells { lists in
      lists.placements = ["compact", "scatter"]
      lists.instances = try? ListExpression("1,2")
      lists.threads = try? ListExpression("1,2")
      lists.memory = ["local", "bind"]
    }
    #expect(cells.count == 16)
    let point = "resnet50/fp32/openblas/"
    let first = [
      "t1/b1/SingleStream/memory-local", "t1/b1/SingleStream/memory-bind", "t2/b1/SingleStream/memory-local",
      "t2/b1/SingleStream/memory-bind", "i2/t1/b1/SingleStream/memory-local",
    ]
    #expect(Array(cells.map(\.cell.id).prefix(5)) == first.map { point + $0 })
    #expect(cells[15].cell.id == point + "i2/t2/b1/SingleStream/scatter/memory-bind")
    #expect(cells[15].cell.placement.memory == MemoryPlacement(policy: .bind, nodes: [[0], [0]]))
    #expect(cells.allSatisfy { Set($0.cell.placement.pus).count == $0.cell.placement.pus.count })
  }

  @Test func aGroupWithoutCountsFollowsTheWords() throws {
    let cells = try cells(smt: true) { $0.placements = ["cores", "2,0"] }
    #expect(cells.map(\.cell.placement.instances) == [[[0, 1, 2, 3]], [[2, 0]]])
    #expect(cells.map(\.cell.placement.words) == ["cores", "2,0"])
    let siblings = try self.cells(smt: true) { lists in
      lists.placements = ["cores", "threads"]
      lists.threads = try? ListExpression("2")
    }
    #expect(siblings.map(\.cell.placement.instances) == [[[0, 1]], [[0, 4]]])
  }

  @Test func theUsualWordsAreTheUsualPlacement() throws {
    let usual = try cells { $0.threads = try? ListExpression("2") }
    let asked = try cells { lists in
      lists.threads = try? ListExpression("2")
      lists.placements = ["compact"]
    }
    #expect(usual.map(\.cell) == asked.map(\.cell))
    #expect(usual.map(\.repro) == asked.map(\.repro))
  }

  @Test func moreThreadsThanPUsTakeAWord() throws {
    let error = problem { lists in
      lists.instances = try? ListExpression("2")
      lists.threads = try? ListExpression("2")
    }
    #expect(error?.description.contains("--oversubscribe") == true, "\(error?.description ?? "none")")
    let cells = try cells(cores: 2) { lists in
      lists.instances = try? ListExpression("2")
      lists.threads = try? ListExpression("2")
      lists.oversubscribe = true
    }
    #expect(cells.map(\.cell.placement.isOversubscribed) == [true])
    #expect(cells[0].cell.placement.pus.count == 4)
    #expect(Set(cells[0].cell.placement.pus) == [0, 1])
    #expect(cells[0].repro.contains(" --instances 2 --oversubscribe --threads 2 "))
  }

  @Test func aPlacementThatCannotBeIsASentence() {
    #expect(problem { $0.placements = ["compct"] }?.description.contains("compct") == true)
    #expect(problem { $0.placements = ["0,7"] }?.description.contains("7") == true)
    #expect(
      problem { $0.memory = ["strict"] }?.description.hasPrefix("There is no memory policy `strict`") == true)
  }

  @Test func threadsOfBLASAreThoseOfTheCell() throws {
    let cells = try cells(blasThreads: 2) { lists in
      lists.threads = try? ListExpression("2")
      lists.precisions = ["fp32", "bf16"]
    }
    #expect(
      cells.map(\.cell.id) == [
        "resnet50/fp32/openblas/t2/b1/SingleStream/blas2", "resnet50/bf16/openblas/t4/b1/fidelity",
      ])
    #expect(cells.map { $0.repro.contains("--blas-threads 2") } == [true, false])
    #expect(throws: PlanError.self) { try self.cells(blasThreads: 2) { $0.threads = try? ListExpression("4") } }
    #expect(throws: PlanError.self) {
      try self.cells(blasThreads: 2) { lists in
        lists.threads = try? ListExpression("2")
        lists.engines = ["reference"]
      }
    }
    // One is what every thread has anyhow.
    let one = try self.cells(blasThreads: 1) { $0.threads = try? ListExpression("2") }
    #expect(one.map(\.cell.blasThreads) == [nil])
  }

  @Test func theReproLineSaysWhereTheCellRuns() throws {
    let cells = try cells { lists in
      lists.placements = ["scatter"]
      lists.instances = try? ListExpression("2")
      lists.threads = try? ListExpression("1")
      lists.memory = ["interleave"]
      lists.hugePages = false
    }
    #expect(
      cells[0].repro.contains(
        " --placement scatter --instances 2 --memory-policy interleave --huge-pages off --threads 1 --batch 1 "),
      "\(cells[0].repro)")
  }

  /// Fidelity does not depend on where threads run.
  @Test func fidelityIsComparedOnceHoweverManyPlacements() throws {
    let cells = try cells { lists in
      lists.precisions = ["bf16"]
      lists.placements = ["compact", "scatter"]
      lists.instances = try? ListExpression("1,2")
      lists.threads = try? ListExpression("1")
    }
    #expect(cells.map(\.cell.id) == ["resnet50/bf16/openblas/t4/b1/fidelity"])
  }
}
