import CLinux
import Glibc
import Testing

/// What the functions under test write to; every thread touches its own element unless a test says otherwise.
private struct Board {
  var perThread: UnsafeMutablePointer<Int>
  var shared: UnsafeMutablePointer<Int>
  var team: OpaquePointer
  var rounds: Int
}

/// Makes a team, hands it to `body` and destroys it.
private func withTeam(threads: Int, cpus: [Int32]? = nil, body: (OpaquePointer) throws -> Void) throws {
  var team: OpaquePointer?
  let result =
    cpus.map { clinux_team_create(Int32(threads), $0, &team) } ?? clinux_team_create(Int32(threads), nil, &team)
  try #require(result == 0)
  let made = try #require(team)
  defer { clinux_team_destroy(made) }
  try body(made)
}

private func allowedCPUs() -> [Int32] {
  var cpus = [Int32](repeating: -1, count: 4096)
  let count = clinux_get_affinity(&cpus, 4096)
  return Array(cpus.prefix(Int(max(0, count))))
}

/// Threads of this process, by the kernel's count.
private func threadCount() -> Int {
  guard let directory = opendir("/proc/self/task") else { return -1 }
  defer { closedir(directory) }
  var count = 0
  while let entry = readdir(directory) {
    if entry.pointee.d_name.0 != 46 { count += 1 }
  }
  return count
}

@Suite("Team", .serialized)
struct TeamTests {
  @Test("Every thread runs exactly once per run", arguments: [1, 2, 3, 8, 33])
  func everyThreadOnce(threads: Int) throws {
    let runs = threads <= 2 ? 20_000 : 500
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: threads * 16)
    counts.initialize(repeating: 0, count: threads * 16)
    defer { counts.deallocate() }
    try withTeam(threads: threads) { team in
      #expect(clinux_team_thread_count(team) == Int32(threads))
      for run in 1...runs {
        clinux_team_run(
          team,
          { context, thread, threadCount in
            let counts = context?.assumingMemoryBound(to: Int.self)
            counts?[Int(thread) * 16] += 1
            counts?[Int(thread) * 16 + 1] = Int(threadCount)
          }, counts)
        // Checked after each run: a run that returns early shows here.
        for thread in 0..<threads where counts[thread * 16] != run {
          Issue.record("thread \(thread) ran \(counts[thread * 16]) times after run \(run)")
          return
        }
      }
    }
    for thread in 0..<threads { #expect(counts[thread * 16 + 1] == threads) }
  }

  @Test("Runs after the threads have parked are not lost", arguments: [2, 5])
  func parkedThreads(threads: Int) throws {
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: threads)
    counts.initialize(repeating: 0, count: threads)
    defer { counts.deallocate() }
    try withTeam(threads: threads) { team in
      for _ in 0..<20 {
        usleep(2_000)
        clinux_team_run(
          team,
          { context, thread, _ in
            // A slow worker makes the caller park as well.
            if thread == 1 { usleep(1_000) }
            context?.assumingMemoryBound(to: Int.self)[Int(thread)] += 1
          }, counts)
      }
    }
    for thread in 0..<threads { #expect(counts[thread] == 20) }
  }

  @Test("Nobody passes a barrier before everybody has arrived", arguments: [1, 2, 3, 8])
  func barrierOrdering(threads: Int) throws {
    let rounds = threads <= 2 ? 20_000 : 300
    let progress = UnsafeMutablePointer<Int>.allocate(capacity: threads)
    progress.initialize(repeating: 0, count: threads)
    let violations = UnsafeMutablePointer<Int>.allocate(capacity: threads)
    violations.initialize(repeating: 0, count: threads)
    defer {
      progress.deallocate()
      violations.deallocate()
    }
    try withTeam(threads: threads) { team in
      var board = Board(perThread: progress, shared: violations, team: team, rounds: rounds)
      clinux_team_run(
        team,
        { context, thread, threadCount in
          guard let board = context?.assumingMemoryBound(to: Board.self).pointee else { return }
          for round in 1...board.rounds {
            board.perThread[Int(thread)] = round
            clinux_team_barrier(board.team)
            // Plain reads of what others wrote plainly: the barrier alone orders them.
            for other in 0..<Int(threadCount) where board.perThread[other] != round {
              board.shared[Int(thread)] += 1
            }
            clinux_team_barrier(board.team)
          }
        }, &board)
    }
    for thread in 0..<threads {
      #expect(progress[thread] == rounds)
      #expect(violations[thread] == 0)
    }
  }

  @Test("Threads run where they are pinned, the caller too, and the caller's mask comes back")
  func pinning() throws {
    let before = allowedCPUs()
    let cpus = before.reversed().prefix(8).map { $0 }
    let seen = UnsafeMutablePointer<Int>.allocate(capacity: cpus.count)
    seen.initialize(repeating: -1, count: cpus.count)
    defer { seen.deallocate() }
    try withTeam(threads: cpus.count, cpus: cpus) { team in
      for _ in 0..<50 {
        clinux_team_run(
          team,
          { context, thread, _ in
            context?.assumingMemoryBound(to: Int.self)[Int(thread)] = Int(clinux_current_cpu())
          }, seen)
        #expect((0..<cpus.count).map { Int32(seen[$0]) } == cpus)
      }
      #expect(allowedCPUs() == [cpus[0]])
    }
    #expect(allowedCPUs() == before)
  }

  @Test("More threads than CPUs may be pinned to one CPU")
  func sharedCPU() throws {
    let cpu = try #require(allowedCPUs().first)
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: 4)
    counts.initialize(repeating: 0, count: 4)
    defer { counts.deallocate() }
    try withTeam(threads: 4, cpus: [cpu, cpu, cpu, cpu]) { team in
      for _ in 0..<200 {
        clinux_team_run(
          team,
          { context, thread, _ in
            guard clinux_current_cpu() >= 0 else { return }
            context?.assumingMemoryBound(to: Int.self)[Int(thread)] += 1
          }, counts)
      }
    }
    #expect((0..<4).map { counts[$0] } == [200, 200, 200, 200])
  }

  @Test(
    "A CPU that does not exist is refused, and nothing is left behind",
    arguments: [Int32(-1), Int32(1_000_000), Int32.max])
  func refusedCPU(cpu: Int32) throws {
    let before = allowedCPUs()
    let first = try #require(before.first)
    let threads = threadCount()
    for _ in 0..<25 {
      for cpus in [[cpu, first, first], [first, cpu, first], [first, first, cpu]] {
        var team: OpaquePointer?
        #expect(clinux_team_create(3, cpus, &team) == -EINVAL)
        #expect(team == nil)
        #expect(allowedCPUs() == before)
      }
    }
    // Other tests' threads come and go, a few at most; leaked ones would be 75.
    #expect(threadCount() < threads + 50)
  }

  @Test("A team needs at least one thread", arguments: [Int32(0), Int32(-3)])
  func emptyTeam(threads: Int32) {
    var team: OpaquePointer?
    #expect(clinux_team_create(threads, nil, &team) == -EINVAL)
    #expect(team == nil)
  }

  @Test("A run allocates nothing", .enabled(if: clinux_allocation_count() >= 0, "sanitizers bring their own allocator"))
  func runAllocatesNothing() throws {
    try withTeam(threads: 2) { team in
      // Other tests of the process allocate at the same time: one window without any of theirs is enough.
      var quietWindows = 0
      for _ in 0..<1_000 where quietWindows == 0 {
        let before = clinux_allocation_count()
        for _ in 0..<10 { clinux_team_run(team, { _, _, _ in }, nil) }
        if clinux_allocation_count() == before { quietWindows += 1 }
      }
      #expect(quietWindows > 0)
    }
  }
}
