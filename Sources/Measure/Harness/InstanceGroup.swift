import CLinux
import Glibc
import Records

/// The processes of a cell, one an instance: loaded together, measured together behind a barrier, ended together.
struct InstanceGroup: Sendable {
  private let sessions: [WorkerSession]
  /// What a query of the slowest instance takes, in seconds; 0 before it is loaded.
  private(set) var secondsPerQuery = 0.0

  /// Nanoseconds from sending the instances to the barrier until they leave it: enough for each to read its line.
  private static let lead: Int64 = 5_000_000
  /// More of them for each further instance.
  private static let leadPerInstance: Int64 = 1_000_000

  /// Starts a process for each instance.
  ///
  /// - Parameter process: how to start the instance's process.
  init(
    request: RoundRequest, process: (_ instance: Int) -> WorkerProcess,
    onPhase: @escaping @Sendable (WorkerPhase) -> Void
  ) {
    var started: [WorkerSession] = []
    for instance in request.cell.placement.instances.indices {
      var own = request
      own.instance = instance
      own.serves = true
      // One of them speaks for all.
      started.append(
        WorkerSession(process: process(instance), request: own) { if instance == 0 { onPhase($0) } })
    }
    sessions = started
  }

  /// Returns when all are loaded and warm. Where one fails, the others are ended.
  mutating func load() async throws(WorkerSession.Failure) {
    let times = try await all { session async throws(WorkerSession.Failure) in try await session.ready() }
    secondsPerQuery = times.max() ?? 0
  }

  /// Measures one window in all instances at once.
  ///
  /// - Parameters:
  ///   - round: the round's index.
  ///   - seconds: least seconds of it.
  ///   - rouses: whether instances that have rested shall run some queries first.
  /// - Returns: the first instance's round with the others as its peers.
  func measure(round: Int, seconds: Double, rouses: Bool) async throws(WorkerSession.Failure) -> Round {
    var lead = Self.lead + Int64(sessions.count) * Self.leadPerInstance
    // Caches and weights are cold after others have run: a query, but no long wait where it is slow.
    if rouses { lead += Int64(min(1.5 * secondsPerQuery, 0.1) * 1e9) }
    let window = WindowRequest(round: round, begin: clinux_clock_ns() + lead, minDuration: seconds)
    let rounds = try await all { session async throws(WorkerSession.Failure) in try await session.measure(window) }
    var merged = rounds[0]
    let peers = rounds.dropFirst().compactMap { round in
      round.performance.map { Round.Peer(performance: $0, observation: round.observation) }
    }
    if !peers.isEmpty { merged.peers = peers }
    return merged
  }

  /// Ends all processes.
  func end() async {
    await withTaskGroup { group in
      for session in sessions { group.addTask { await session.end() } }
    }
  }

  /// Asks all at once. The first failure ends them all.
  private func all<Value: Sendable>(
    _ body: @escaping @Sendable (WorkerSession) async throws(WorkerSession.Failure) -> Value
  ) async throws(WorkerSession.Failure) -> [Value] {
    let results = await withTaskGroup(of: (Int, Result<Value, WorkerSession.Failure>).self) { group in
      for (index, session) in sessions.enumerated() {
        group.addTask {
          do throws(WorkerSession.Failure) { return (index, .success(try await body(session))) } catch {
            return (index, .failure(error))
          }
        }
      }
      var results: [(Int, Result<Value, WorkerSession.Failure>)] = []
      for await result in group {
        results.append(result)
        // The others' answers, if any come, are about a window that not all were in.
        if case .failure = result.1 { group.cancelAll() }
      }
      return results
    }
    // The first to fail, not one that was ended because of it.
    for (index, result) in results {
      guard case .failure(let failure) = result else { continue }
      for session in sessions { await session.kill() }
      guard sessions.count > 1 else { throw failure }
      throw WorkerSession.Failure(
        reason: "instance \(index) of \(sessions.count): \(failure.reason)", lastErrorLines: failure.lastErrorLines)
    }
    return results.sorted { $0.0 < $1.0 }.compactMap { try? $0.1.get() }
  }
}
