import CLinux
import Engines
import Foundation
import HostState
import Records

/// Sees where an instance's threads and memory really are.
struct PlacementWatch {
  /// The numbers of the team's threads in the system, thread 0 first.
  let threadIDs: [Int]
  private let pus: [Int]

  /// Asks every thread of `team` for its number; call it on the thread that made the team.
  init(team: ThreadTeam, pus: [Int]) {
    let ids = UnsafeMutableBufferPointer<Int>.allocate(capacity: team.threadCount)
    defer { ids.deallocate() }
    team.run { ids[$0] = Int(clinux_thread_id()) }
    threadIDs = Array(ids)
    self.pus = pus
  }

  /// Counters before a window.
  func begin() -> [ThreadStatus] { ThreadStatus.all() }

  /// What was seen in a window.
  ///
  /// - Parameters:
  ///   - places: where each thread was at the end of every query.
  ///   - before: the counters at its begin.
  func observed(_ places: [ThreadPlaces], since before: [ThreadStatus]) -> ObservedPlacement {
    let after = ThreadStatus.all()
    let memory = ProcessMemory.read()
    return Self.observed(
      places, threadIDs: threadIDs, pus: pus, before: before, after: after,
      memory: memory.map { memory in
        .init(
          nodes: memory.nodes.sorted { $0.key < $1.key }.map { .init(node: $0.key, bytes: $0.value) },
          hugeBytes: memory.hugeBytes)
      })
  }

  /// The same from what was read.
  static func observed(
    _ places: [ThreadPlaces], threadIDs: [Int], pus: [Int], before: [ThreadStatus], after: [ThreadStatus],
    memory: ObservedPlacement.Memory?
  ) -> ObservedPlacement {
    func difference<Count: SignedInteger>(_ id: Int, _ key: (ThreadStatus) -> Count?) -> Count? {
      guard let end = after.first(where: { $0.id == id }).flatMap(key) else { return nil }
      // A thread that began within the window began at 0.
      let start = before.first { $0.id == id }.map(key) ?? 0
      return start.map { max(end - $0, 0) }
    }
    let threads = places.enumerated().map { index, place in
      ObservedPlacement.Thread(
        cpus: place.cpus.map { .init(cpu: $0.cpu, queries: $0.runs) }, migrations: place.migrations,
        firstStray: place.firstStray,
        involuntarySwitches: index < threadIDs.count ? difference(threadIDs[index], \.involuntarySwitches) : nil)
    }
    let others = after.filter { !threadIDs.contains($0.id) }
    let times = others.map { difference($0.id, \.nanoseconds) }
    return ObservedPlacement(
      threads: threads, memory: memory,
      memoryUnavailable: memory == nil ? "this kernel has no /proc/self/numa_maps" : nil,
      others: ObservedPlacement.OtherThreads(
        count: others.count, unboundCPUs: Set(others.flatMap { $0.allowedCPUs ?? [] }).subtracting(pus).sorted(),
        nanoseconds: times.contains(nil) ? nil : times.reduce(0) { $0 + ($1 ?? 0) }))
  }

  /// Moves the calling thread to a PU outside of `pus`, `seconds` from now, behind its back. For tests only.
  static func moveThisThread(awayFrom pus: [Int], after seconds: Double) {
    let id = clinux_thread_id()
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: seconds)
      for cpu in Int32(0)..<1024 where !pus.contains(Int(cpu)) {
        var cpu = cpu
        if clinux_set_thread_affinity(id, &cpu, 1) == 0 { return }
      }
    }
  }
}
