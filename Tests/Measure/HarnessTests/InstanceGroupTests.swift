import FoundationEssentials
import Glibc
import Records
import Testing

@testable import Harness

/// Real processes: shells stand in for the workers of a cell.
@Suite(.timeLimit(.minutes(5))) struct InstanceGroupTests {
  /// A group of as many instances as there are scripts.
  private static func group(
    _ scripts: [String], phases: Collector<WorkerPhase> = Collector()
  ) throws -> InstanceGroup {
    InstanceGroup(request: try StandIn.request(instances: scripts.indices.map { [$0] })) { instance in
      StandIn.process(scripts[instance])
    } onPhase: {
      phases.add($0)
    }
  }

  private static func failure(
    _ body: () async throws(WorkerSession.Failure) -> Void
  ) async -> WorkerSession.Failure? {
    do throws(WorkerSession.Failure) {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test func instancesAreMeasuredTogetherAndTheOthersAreThePeers() async throws {
    let folder = try Folder()
    let phases = Collector<WorkerPhase>()
    let scripts = try (0..<3).map { instance in
      let result = try StandIn.result(0) { round in
        round.performance?.begin = Int64(100 * instance)
        round.observation.peakResidentBytes = UInt64(instance)
      }
      return "read r; echo \"$r\" > \(folder.path)/request\(instance); \(StandIn.loading) "
        + "\(StandIn.ready(Double(instance + 1))) read w; echo \"$w\" > \(folder.path)/window\(instance); \(result) read end;"
    }
    var group = try Self.group(scripts, phases: phases)
    try await group.load()
    // That of the slowest.
    #expect(group.secondsPerQuery == 3)
    let round = try await group.measure(round: 0, seconds: 0.5, rouses: false)
    #expect(round.performances.map(\.begin) == [0, 100, 200])
    #expect(round.peers?.map(\.observation.peakResidentBytes) == [1, 2])
    await group.end()
    let windows = try (0..<3).map { try StandIn.text(folder, "window\($0)") }
    #expect(Set(windows).count == 1, "one begin for all: \(windows)")
    let window = try JSONDecoder().decode(WindowRequest.self, from: Data(windows[0].utf8))
    #expect(window.round == 0 && window.minDuration == 0.5 && window.begin > 0)
    for instance in 0..<3 {
      let request = try JSONDecoder().decode(
        WorkerRequest.self, from: Data(StandIn.text(folder, "request\(instance)").utf8))
      guard case .round(let request) = request else {
        Issue.record("\(request)")
        continue
      }
      #expect(request.instance == instance && request.serves && request.pus == [instance])
    }
    // One speaks for all.
    #expect(phases.values == [.loading])
  }

  @Test func oneInstanceHasNoPeersAndNoNumber() async throws {
    var group = try Self.group([
      "read r; \(StandIn.ready()) read w; \(try StandIn.result(0)) read w; exit 9"
    ])
    try await group.load()
    #expect(try await group.measure(round: 0, seconds: 0, rouses: true).peers == nil)
    let loaded = group
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in
      _ = try await loaded.measure(round: 1, seconds: 0, rouses: true)
    }
    #expect(failure?.reason == "the worker ended with exit code 9 and no result (phase: waiting)")
  }

  @Test(arguments: [0, 1])
  func anInstanceThatFailsEndsTheOthersAndIsNamed(failing: Int) async throws {
    let folder = try Folder()
    let scripts = (0..<2).map { instance in
      "\(StandIn.noting(folder, "pid\(instance)")) read r; \(StandIn.ready()) read w; "
        + (instance == failing ? "echo why >&2; exit 9" : "exec sleep 1000")
    }
    var group = try Self.group(scripts)
    try await group.load()
    let loaded = group
    let failure = await Self.failure { () async throws(WorkerSession.Failure) in
      _ = try await loaded.measure(round: 0, seconds: 0, rouses: false)
    }
    #expect(
      failure
        == .init(
          reason: "instance \(failing) of 2: the worker ended with exit code 9 and no result (phase: waiting)",
          lastErrorLines: ["why"]))
    for instance in 0..<2 { #expect(kill(try StandIn.pid(folder, "pid\(instance)"), 0) != 0) }
  }

  @Test func anInstanceThatCannotLoadEndsTheOthers() async throws {
    let folder = try Folder()
    let failed = try Examples.line(.failed("The memory is full."))
    var group = try Self.group([
      "\(StandIn.noting(folder, "pid")) read r; exec sleep 1000",
      // Not before the other has noted its number.
      "read r; while ! [ -s \(folder.path)/pid ]; do sleep 0.01; done; echo '\(failed)'; exit 1",
    ])
    do throws(WorkerSession.Failure) {
      try await group.load()
      Issue.record("it loaded")
    } catch {
      #expect(error.reason == "instance 1 of 2: The memory is full.")
    }
    #expect(kill(try StandIn.pid(folder, "pid"), 0) != 0)
  }

  @Test func cancellingKillsAll() async throws {
    let folder = try Folder()
    var group = try Self.group(
      (0..<3).map { "\(StandIn.noting(folder, "pid\($0)")) read r; \(StandIn.ready()) read w; exec sleep 1000" })
    try await group.load()
    let loaded = group
    let task = Task {
      await Self.failure { () async throws(WorkerSession.Failure) in
        _ = try await loaded.measure(round: 0, seconds: 0, rouses: false)
      }
    }
    task.cancel()
    #expect(await task.value != nil)
    for instance in 0..<3 { #expect(kill(try StandIn.pid(folder, "pid\(instance)"), 0) != 0) }
  }
}
