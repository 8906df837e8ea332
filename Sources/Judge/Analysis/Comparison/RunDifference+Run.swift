import Records

extension RunDifference {
  /// In what two records differ beside the machine and what they measured: build, specification, models, kernels that ran.
  ///
  /// A debug build against a release build, windows of which one is more than twice as long, and models of one name that are
  /// different files make two runs unlike.
  ///
  /// - Parameter common: the cells that both have, base first.
  static func all(
    _ base: Record, _ candidate: Record, common: [(base: Record.CellResult, candidate: Record.CellResult)]
  ) -> [RunDifference] {
    build(base.tool, candidate.tool) + models(base, candidate, Set(common.map(\.base.cell.workload)))
      + specification(base.spec, candidate.spec)
      + [
        RunDifference(
          "BLAS core", cores(common.map(\.base)), cores(common.map(\.candidate)), .doubtful,
          "Another core means other kernels of the BLAS library: AVX2 instead of AVX-512 may halve the speed."),
        RunDifference(
          "kernels of Assay", kernels(common.map(\.base)), kernels(common.map(\.candidate)), .doubtful,
          "Kernels of another instruction-set level were chosen."),
      ].compactMap(\.self)
  }

  private static func build(_ base: Record.Tool, _ candidate: Record.Tool) -> [RunDifference] {
    let names = Set(base.libraries.keys).union(candidate.libraries.keys).sorted()
    return [
      RunDifference(
        "build", base.configuration, candidate.configuration, .unlike,
        "A debug build is many times slower in everything that is not a kernel."),
      RunDifference(
        "Assay", base.version, candidate.version, .noted, "What changed between the versions is what is compared."),
      RunDifference(
        "compiler", base.compiler, candidate.compiler, .noted, "Another compiler makes other code of the same source."),
    ].compactMap(\.self)
      + names.compactMap { name in
        RunDifference(
          "library \(name)", base.libraries[name], candidate.libraries[name], .noted,
          "Another version has other kernels."
        ) { $0 ?? "none" }
      }
  }

  /// A workload that the user brought has the same name whatever is in the file.
  private static func models(_ base: Record, _ candidate: Record, _ workloads: Set<String>) -> [RunDifference] {
    workloads.sorted().compactMap { workload in
      let own = { (record: Record) in record.spec.models?.first { $0.workload == workload } }
      let (one, other) = (own(base), own(candidate))
      guard one?.sha256 != other?.sha256 || one?.shapes != other?.shapes || one?.inputs != other?.inputs else {
        return nil
      }
      let text = { (model: UserModel?) in
        model.map { "\($0.file) \($0.sha256.prefix(12)) \($0.shapes.joined(separator: " "))" } ?? "built in"
      }
      return RunDifference(
        "model \(workload)", text(one), text(other), .unlike,
        "It is another file, or has other inputs or shapes: not the same work.")
    }
  }

  private static func specification(_ base: RunSpec, _ candidate: RunSpec) -> [RunDifference] {
    let seconds: (Double) -> String = { "\($0) s" }
    return [
      RunDifference(
        "min-duration", base.minDuration, candidate.minDuration,
        isFar(base.minDuration, candidate.minDuration) ? .unlike : .doubtful,
        "Longer windows see more of the tail, heat up more and settle further.", text: seconds),
      RunDifference(
        "min-queries", base.minQueryCount, candidate.minQueryCount, .doubtful,
        "Windows of more queries last longer and see more of the tail."),
      RunDifference(
        "max-warm-up", base.maxWarmUp, candidate.maxWarmUp, .doubtful,
        "What has not settled when the window begins is slower.", text: seconds),
      RunDifference(
        "seed", base.seed, candidate.seed, .doubtful, "Samples come in another order."),
      RunDifference(
        "max-isa", base.maxISA, candidate.maxISA, .doubtful, "Kernels above the cap are not used."
      ) { $0 ?? "none" },
      RunDifference(
        "blas-core", base.blasCore, candidate.blasCore, .doubtful, "Another policy may choose other BLAS kernels."),
      RunDifference(
        "fidelity-samples", base.fidelitySamples, candidate.fidelitySamples, .doubtful,
        "Errors over other samples are not held against each other."),
      RunDifference(
        "per-node", base.perNode ?? false, candidate.perNode ?? false, .doubtful,
        "Timing nodes takes time between windows, in which the machine may heat up or cool down."
      ) { $0 ? "on" : "off" },
    ].compactMap(\.self)
  }

  /// Whether one is more than twice the other.
  private static func isFar(_ base: Double, _ candidate: Double) -> Bool {
    max(base, candidate) > 2 * min(base, candidate)
  }

  private static func cores(_ cells: [Record.CellResult]) -> String {
    names(cells) { $0.blas.map { "\($0.core)" } }
  }

  private static func kernels(_ cells: [Record.CellResult]) -> String { names(cells) { $0.isa } }

  /// What cells' rounds name, each once, sorted.
  private static func names(_ cells: [Record.CellResult], _ name: (Round.Observation) -> String?) -> String {
    let names = Set(cells.flatMap(\.rounds).compactMap { name($0.observation) }).sorted()
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
