import NumericFormats
import Records

extension RunSpec {
  /// The command line that measures one cell of this run alone, with the same figures.
  public func repro(of cell: Cell) -> String {
    let model = models?.first { $0.workload == cell.workload }
    guard !cell.isOfContract else { return repro(ofContract: cell, model) }
    var words = [
      "assay run", model?.options ?? "--workload \(cell.workload)", "--precision \(cell.precision.rawValue)",
      "--engine \(cell.engine)",
    ]
    switch cell.measurement {
    case .performance(let scenario):
      words += placementOptions(of: cell)
      words += [
        "--threads \(cell.placement.threads)", "--batch \(cell.batch)", "--scenario \(scenario.rawValue)",
        "--rounds \(rounds)", "--min-duration \(minDuration)", "--min-queries \(minQueryCount)",
        "--max-warm-up \(maxWarmUp)", "--seed \(seed)",
      ]
    case .fidelity: words += ["--fidelity-samples \(fidelitySamples)"]
    }
    words.append("--timeout \(timeout)")
    words.append("--blas-core \(blasCore)")
    if let maxISA { words.append("--max-isa \(maxISA)") }
    if let given = assignments?.first(where: { $0.label == cell.assignment }) {
      words.append("--assignment \(UserModel.word(given.file))")
    }
    return (words + calibrationOptions(of: cell)).joined(separator: " ")
  }

  /// Where the cell runs, as far as it is not the usual.
  private func placementOptions(of cell: Cell) -> [String] {
    let placement = cell.placement
    return [
      placement.words.map { "--placement \(UserModel.word($0))" },
      placement.instances.count > 1 ? "--instances \(placement.instances.count)" : nil,
      placement.memory?.policy.map { "--memory-policy \($0.rawValue)" },
      placement.memory?.hugePages.map { "--huge-pages \($0 ? "on" : "off")" },
      placement.isOversubscribed ? "--oversubscribe" : nil, cell.blasThreads.map { "--blas-threads \($0)" },
    ].compactMap(\.self)
  }

  private func calibrationOptions(of cell: Cell) -> [String] {
    [
      cell.calibration.map { "--calibration-method \($0)" },
      cell.calibrationSamples.map { "--calibration-samples \($0)" },
      calibrations?.first { $0.label == cell.ranges }.map { "--calibration \(UserModel.word($0.file))" },
    ].compactMap(\.self)
  }

  private func repro(ofContract cell: Cell, _ model: UserModel?) -> String {
    var words = [
      "assay precision", model?.options ?? cell.workload, "--contracts \(cell.contract)",
      "--samples \(fidelitySamples)",
      "--no-speed", "--timeout \(timeout)",
    ]
    if let maxISA { words.append("--max-isa \(maxISA)") }
    return (words + calibrationOptions(of: cell)).joined(separator: " ")
  }
}
