import Records

/// A record while it is being measured: takes rounds that can be, says why cells fail, and keeps the file up to date.
struct RecordKeeper {
  let executor: Executor
  var record: Record
  /// Why the file does not hold ``record``, where the last attempt to write failed.
  private(set) var writeError: RecordError?

  init(executor: Executor, record: Record) {
    self.executor = executor
    self.record = record
  }

  /// Keeps a round if its figures can be.
  mutating func accept(_ round: Round, _ index: Int, expected: Int) {
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
}
