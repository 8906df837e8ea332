import NumericFormats
import Records

extension ContractComparison {
  /// One comparison for each workload of which a cell of a contract has a result, in the record's order.
  static func all(in record: Record, _ summaries: [CellSummary]) -> [ContractComparison] {
    let compared = summaries.filter(\.cell.isOfContract)
    let workloads = compared.map(\.cell.workload).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return workloads.compactMap { workload in
      ContractComparison(
        workload, record.spec.calibrations ?? [], record.cells.filter { $0.cell.workload == workload },
        summaries.filter { $0.cell.workload == workload })
    }
  }

  /// nil where no cell has a result yet.
  private init?(
    _ workload: String, _ calibrations: [GivenCalibration], _ results: [Record.CellResult], _ summaries: [CellSummary]
  ) {
    let done = summaries.filter { $0.cell.isOfContract && ($0.fidelity != nil || $0.failure != nil) }
    guard !done.isEmpty else { return nil }
    let plan = results.lazy.flatMap(\.rounds).compactMap(\.observation.fp32MemoryPlan).first
    let timed = summaries.filter { $0.cell.measurement != .fidelity && $0.cell.execution == .native }
    var entries = done.map { summary in
      let rounds = results.first { $0.id == summary.id }?.rounds ?? []
      return Entry(summary, rounds, calibrations, fp32: plan, timed: timed)
    }
    if let plan, !entries.contains(where: { $0.contract == NumericsContract.fp32FMA.name }) {
      entries.append(Entry(reference: plan, timed: timed))
    }
    let smallest = ParetoFront.marks(
      entries.map { entry in
        guard let bytes = entry.bytes, let error = entry.relativeError else { return nil }
        return (bytes, error)
      })
    let fastest = ParetoFront.marks(
      entries.map { entry in
        guard let speed = entry.speed, let error = entry.relativeError else { return nil }
        return (-speed.throughput.mean, error)
      })
    let whole = plan.map { Double(max($0.weightBytesMoved, 0)) + Double(max($0.activationBytesMoved, 0)) }
    for index in entries.indices {
      entries[index].isSmallest = smallest[index]
      entries[index].isFastest = fastest[index]
      if let bytes = entries[index].bytes, let whole, whole > 0 { entries[index].byteShare = bytes / whole }
    }
    self.workload = workload
    self.entries = entries.enumerated().sorted { left, right in
      left.element.order < right.element.order
        || (left.element.order == right.element.order && left.offset < right.offset)
    }.map(\.element)
  }
}

extension ContractComparison.Entry {
  fileprivate var order: (Double, Double) { (bytes ?? .infinity, relativeError ?? .infinity) }

  fileprivate init(
    _ summary: CellSummary, _ rounds: [Round], _ calibrations: [GivenCalibration], fp32 plan: Round.MemoryPlan?,
    timed: [CellSummary]
  ) {
    let memory = summary.fidelity == nil ? nil : summary.memory
    let cells = timed.filter { $0.cell.contract == summary.cell.contract }
    contract = summary.cell.contract
    precision = summary.cell.precision
    id = summary.id
    calibration = Self.calibration(of: rounds, calibrations)
    fidelity = summary.fidelity
    failure = summary.failure
    relativeError = summary.fidelity?.relativeError
    weightBytes = memory?.weightBytesMoved
    activationBytes = memory?.activationBytesMoved
    weightShare = Self.share(memory?.weightBytesMoved, of: plan?.weightBytesMoved)
    activationShare = Self.share(memory?.activationBytesMoved, of: plan?.activationBytesMoved)
    speed = Self.speed(cells)
    // Where anything of the workload is planned to be timed, what runs natively is too.
    timing = Self.timing(cells, isAnyTimed: !timed.isEmpty, speed: speed)
  }

  /// How the ranges of activations were chosen and where they came from, if any were needed.
  private static func calibration(of rounds: [Round], _ files: [GivenCalibration]) -> String? {
    let scaled = rounds.lazy.compactMap(\.quantisation).first { !$0.activations.isEmpty }
    guard let used = scaled else { return nil }
    guard let digest = used.file else { return used.method }
    return "\(used.method) of \(files.first { $0.sha256 == digest }?.file ?? digest)"
  }

  /// FP32 itself.
  fileprivate init(reference plan: Round.MemoryPlan, timed: [CellSummary]) {
    let cells = timed.filter { $0.cell.precision == .fp32 }
    contract = cells.first?.cell.contract ?? NumericsContract.fp32FMA.name
    precision = .fp32
    (id, calibration, fidelity, failure) = (nil, nil, nil, nil)
    relativeError = 0
    weightBytes = UInt64(max(plan.weightBytesMoved, 0))
    activationBytes = UInt64(max(plan.activationBytesMoved, 0))
    weightShare = Self.share(weightBytes, of: plan.weightBytesMoved)
    activationShare = Self.share(activationBytes, of: plan.activationBytesMoved)
    speed = Self.speed(cells)
    timing = cells.isEmpty ? .untimed : Self.timing(cells, isAnyTimed: true, speed: speed)
  }

  private static func share(_ part: UInt64?, of whole: Int?) -> Double? {
    guard let part, let whole, whole > 0 else { return nil }
    return Double(part) / Double(whole)
  }

  private static func speed(_ cells: [CellSummary]) -> ContractComparison.Speed? {
    let measured = cells.filter { $0.throughput != nil && !$0.isMisplaced }
    let best = measured.min {
      (-$0.cell.placement.threads, $0.cell.batch) < (-$1.cell.placement.threads, $1.cell.batch)
    }
    guard let best, let throughput = best.throughput else { return nil }
    return ContractComparison.Speed(id: best.id, throughput: throughput, energy: best.energy)
  }

  private static func timing(
    _ cells: [CellSummary], isAnyTimed: Bool, speed: ContractComparison.Speed?
  ) -> ContractComparison.Timing {
    if speed != nil { return .native }
    if cells.contains(where: { $0.failure != nil }) { return .failed }
    return cells.isEmpty && isAnyTimed ? .emulated : .untimed
  }
}
