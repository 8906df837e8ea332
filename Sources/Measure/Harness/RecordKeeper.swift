import Energy
import Records

/// A record while it is being measured: takes rounds that can be, says why cells fail, and keeps the file up to date.
struct RecordKeeper {
  let executor: Executor
  var record: Record
  /// Why the file does not hold ``record``, where the last attempt to write failed.
  private(set) var writeError: RecordError?

  /// OPENBLAS_CORETYPE of workers; nil where the library chooses.
  private(set) var requestedCore: String?

  init(executor: Executor, record: Record) {
    self.executor = executor
    self.record = record
    // Rounds of one record run the same kernels: what its first run decided holds for those that are left.
    let decided = record.blas.map(\.requestedCore) ?? Self.blasRounds(of: record).first.map(\.requestedCore)
    requestedCore = decided ?? BLASCorePolicy.requestedCore(record.spec.blasCore)
  }

  /// Keeps a round if its figures can be.
  mutating func accept(_ round: Round, _ index: Int, expected: Int) {
    let round = executor.metering.metered(round)
    var candidate = record
    candidate.status = .incomplete
    candidate.cells = [record.cells[index]]
    candidate.cells[0].rounds.append(round)
    guard round.index == expected else {
      return fail(index, "the worker answered round \(round.index) when asked for \(expected)", [])
    }
    do {
      try candidate.validate(path: "worker")
    } catch {
      return fail(index, "the worker reported figures that cannot be: \(error.reason)", [])
    }
    record.cells[index].rounds.append(round)
    if let blas = round.observation.blas, let requested = blas.requestedCore,
      blas.core.uppercased() != requested.uppercased()
    {
      warn(
        "OpenBLAS runs its \(blas.core) kernels although \(requested) was asked for: this library may not have them; "
          + "see assay doctor.")
    }
    executor.onProgress(.roundFinished(cell: record.cells[index].cell, round))
  }

  mutating func fail(_ index: Int, _ reason: String, _ errorLines: [String]) {
    let failure = Record.Failure(reason: reason, lastErrorLines: errorLines)
    record.cells[index].failure = failure
    executor.onProgress(.cellFailed(cell: record.cells[index].cell, failure))
  }

  /// Adds a warning once.
  mutating func warn(_ text: String) {
    guard !record.warnings.contains(text) else { return }
    record.warnings.append(text)
    executor.onProgress(.warning(text))
  }

  mutating func write() {
    do {
      try executor.file.write(record)
      writeError = nil
    } catch {
      if writeError == nil { executor.onProgress(.writeFailed(error)) }
      writeError = error
    }
  }

  // MARK: Power

  /// Reads what the machine draws before anything is measured.
  mutating func measureIdleBefore() async {
    guard let idle = await executor.metering.idle() else { return }
    record.power = PowerAccount(idleBefore: idle)
  }

  /// Reads what it draws after everything, and notes what reading cost.
  mutating func measureIdleAfter() async {
    guard let monitor = executor.metering.monitor else { return }
    let idle = Task.isCancelled ? nil : await executor.metering.idle()
    let account = monitor.account
    guard idle != nil || record.power != nil || account.readings > 0 else { return }
    var power = record.power ?? PowerAccount()
    power.idleAfter = idle
    power.monitor = account
    record.power = power
  }

  // MARK: BLAS

  /// Asks a worker without OPENBLAS_CORETYPE which kernels the library takes by itself.
  ///
  /// Does nothing where none of `cells` calls BLAS, and where it is known already.
  mutating func probe(for cells: [Cell]) async {
    guard cells.contains(where: Self.usesBLAS) else { return }
    guard record.blas?.libraryCore == nil else { return }
    let outcome = await executor.worker(core: nil, silence: min(30, record.spec.timeout))
      .run(.probe(requestedCore: nil)) { _ in }
    guard !Task.isCancelled else { return }
    var library: String?
    switch outcome.answer {
    case .probed(let state): library = state.core
    case .failure(let reason):
      warn("The BLAS library's own choice of kernels is not known, because a probe failed: \(reason).")
    case .result, .done: break
    }
    if Self.blasRounds(of: record).isEmpty,
      BLASCorePolicy.isAsGood(library: library, as: requestedCore, policy: record.spec.blasCore)
    {
      requestedCore = nil
    }
    record.blas = BLASChoice(
      policy: record.spec.blasCore, requestedCore: requestedCore, libraryCore: library,
      environmentCore: BLASCorePolicy.environmentCore)
    let texts = [
      BLASCorePolicy.warning(requested: requestedCore, library: library, policy: record.spec.blasCore),
      BLASCorePolicy.environmentWarning(),
    ]
    for text in texts.compactMap({ $0 }) { warn(text) }
  }

  private static func blasRounds(of record: Record) -> [Round.BLASState] {
    record.cells.flatMap { $0.rounds.compactMap(\.observation.blas) }
  }

  private static func usesBLAS(_ cell: Cell) -> Bool {
    (try? ComputeBridge.engine(named: cell.engine)).map(ComputeBridge.usesBLAS) ?? false
  }
}
