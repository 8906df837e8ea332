import CLinux
import Engines
import HostState
import Records
import Tensors

/// Who computes a cell of an engine that calls BLAS: Assay's own threads, each calling a library of one thread, or one thread
/// that calls a library of several.
///
/// Both at once would be nested: every thread would wait for the others' calls, or more threads would run than there are PUs.
/// That is refused.
struct LibraryThreads {
  /// The PU of each of Assay's own threads.
  let teamPUs: [Int]
  /// The PU of each of the library's threads but the first, which is the one that calls.
  private let libraryPUs: [Int]

  /// Divides an instance's PUs.
  ///
  /// - Throws: ``WorkerError`` for nested threads, and for an engine that calls no BLAS.
  init(of request: RoundRequest, engine: any Engine) throws(WorkerError) {
    try self.init(pus: request.pus, blasThreads: request.cell.blasThreads ?? 1, engine: engine)
  }

  /// The same for `count` threads of a library in each call.
  init(pus: [Int], blasThreads count: Int, engine: any Engine) throws(WorkerError) {
    if let problem = Self.problem(threads: pus.count, blasThreads: count, usesBLAS: engine.name == Self.engine) {
      throw WorkerError(reason: problem)
    }
    teamPUs = count > 1 ? Array(pus.prefix(1)) : pus
    libraryPUs = count > 1 ? Array(pus.dropFirst()) : []
  }

  /// The engine that computes products by calls of BLAS; others call it, if at all, where they have no kernel.
  static let engine = "openblas"

  /// Why so many threads of a library cannot be, as a sentence without its end, or nil.
  static func problem(threads: Int, blasThreads: Int, usesBLAS: Bool) -> String? {
    guard blasThreads != 1 else { return nil }
    guard usesBLAS else { return "Threads of BLAS are asked for, and the engine calls none: take --engine openblas" }
    guard blasThreads == threads else {
      let all = threads.multipliedSaturated(by: blasThreads)
      return "\(threads) threads that each call a BLAS of \(blasThreads) threads would be \(all) threads on \(threads) "
        + "PUs: take --blas-threads 1, or as many as --threads"
    }
    return nil
  }

  /// Starts the library's threads and binds each to its PU.
  ///
  /// - Throws: ``WorkerError`` where the library does not start as many as it was asked for, or one cannot be bound.
  func start() throws(WorkerError) {
    let before = Set(ThreadStatus.all().map(\.id))
    let wanted = libraryPUs.count + 1
    // Whatever the environment or another user of the library asked for, it must not run more than were placed.
    if BLASLibrary.threadsPerCall != wanted { BLASLibrary.useThreadsPerCall(wanted) }
    guard BLASLibrary.threadsPerCall == wanted else {
      throw WorkerError(
        reason: "OpenBLAS computes each call on \(BLASLibrary.threadsPerCall) threads where \(wanted) were placed")
    }
    guard wanted > 1 else { return }
    let started = ThreadStatus.all().map(\.id).filter { !before.contains($0) }
    guard started.count == libraryPUs.count else {
      throw WorkerError(
        reason:
          "OpenBLAS started \(started.count) threads where \(libraryPUs.count) were expected, so they cannot be bound")
    }
    for (id, pu) in zip(started, libraryPUs) {
      var cpu = Int32(clamping: pu)
      let status = clinux_set_thread_affinity(Int32(clamping: id), &cpu, 1)
      guard status == 0 else {
        throw WorkerError(
          reason: "The system refuses to bind a thread of OpenBLAS to PU \(pu) (error \(-status)); see assay topology")
      }
    }
  }
}
