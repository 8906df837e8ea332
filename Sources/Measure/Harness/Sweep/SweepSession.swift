import Ceilings
import Energy
import Glibc
import Records
import Statistics
import Sweeps

/// The state of one sweep while it runs: does what the search says, and tells it what came of it.
struct SweepSession {
  private let executor: Executor
  private let setup: SweepSetup
  private(set) var keeper: RecordKeeper
  private var search: SuccessiveHalving
  private let canary: Canary?
  private let shared = SharedFolder()

  /// Processes that stay alive between visits, by the cell's place in the plan.
  private var alive: [Int: (group: InstanceGroup, process: Int)] = [:]
  /// Where each cell of the plan is in the record.
  private var rows: [Int: Int] = [:]
  /// When the last event ended; what passes until the next one is a pause.
  private var mark = ContinuousClock.now
  private var lastWrite = ContinuousClock.now
  private var writeSeconds = 0.0

  /// The shortest pause worth an event of its own; shorter ones are kept until they add up.
  private static let leastPause = 0.02
  /// The share of time that writing the record may take while the sweep goes on.
  private static let writeShare = 0.02

  init(executor: Executor, record: Record, setup: SweepSetup) throws {
    self.executor = executor
    self.setup = setup
    keeper = RecordKeeper(executor: executor, record: record)
    search = setup.search
    canary = setup.cells.first?.placement.pus.first.flatMap { pu in
      try? Canary(pu: pu, seconds: setup.settings.canarySeconds)
    }
    for (row, result) in record.cells.enumerated() {
      guard let place = setup.places[result.id] else {
        throw PlanError(reason: "the record's cell `\(result.id)` is none of this sweep")
      }
      rows[place] = row
    }
    for visit in record.sweep?.visits ?? [] {
      guard let place = setup.places[visit.cell], let row = rows[place],
        visit.firstRound + visit.rounds <= record.cells[row].rounds.count,
        visit.loading + visit.warming + visit.measured <= visit.seconds * 1.01 + 0.1
      else {
        throw PlanError(
          reason: "a visit of the record's sweep to `\(visit.cell.prefix(100))` contradicts its rounds or times")
      }
    }
    try search.replay(Self.events(of: record, setup))
  }

  /// Goes on until the search has its answer, the budget is spent, or the task is cancelled.
  mutating func run() async {
    mark = .now
    await keeper.probe(for: setup.cells)
    await keeper.measureIdleBefore()
    mark = .now
    while !Task.isCancelled, let block = search.next(), let step = block.steps.first {
      switch step {
      case .canary: await runCanary()
      case .visit(let visit): await run(visit, of: block)
      }
      if writeIsDue { write() }
    }
    for parked in alive.values { await parked.group.end() }
    await keeper.measureIdleAfter()
    keeper.record.status = search.end != nil ? .complete : .incomplete
    write()
  }

  // MARK: Steps

  private mutating func runCanary() async {
    notePause()
    guard let reading = await canary?.measure() else {
      // Without a canary the search goes on: it must only not wait for one.
      return note(.canary(Sweep.Canary(at: search.spent, seconds: 0, multiplyAdds: 0, bytes: 0)))
    }
    mark = .now
    note(
      .canary(
        Sweep.Canary(
          at: search.spent, seconds: reading.seconds, multiplyAdds: reading.multiplyAdds, bytes: reading.bytes)))
  }

  private mutating func run(_ visit: SweepVisit, of block: SweepBlock) async {
    notePause()
    let begin = ContinuousClock.now
    let cell = setup.cells[visit.cell]
    let row = row(of: visit.cell)
    var account = Sweep.Visit(
      cell: cell.id, firstRound: keeper.record.cells[row].rounds.count, rounds: 0, rung: block.rung, seconds: 0,
      loading: 0, warming: 0, measured: 0)
    executor.metering.move(outside: cell)
    executor.onProgress(
      .visitStarted(cell: cell, rung: block.rung, isFinal: block.phase == .finals, spent: search.spent, best: best))
    do throws(WorkerSession.Failure) {
      let isFresh = visit.isFresh || alive[visit.cell] == nil
      if isFresh {
        try await start(visit.cell, cell)
        account.loading = Self.seconds(since: begin)
      }
      for number in 0..<visit.rounds {
        guard let (group, process) = alive[visit.cell], !Task.isCancelled else { break }
        var round = try await group.measure(
          round: keeper.record.cells[row].rounds.count, seconds: setup.settings.roundSeconds,
          rouses: !isFresh && number == 0)
        round.process = process
        if isFresh, number == 0 {
          // Warming up is part of what loading seemed to take.
          account.warming = min(account.loading, round.performance?.warmUp.seconds ?? 0)
          account.loading -= account.warming
        }
        guard keep(round, row) else { break }
        account.rounds += 1
        account.measured += Double(round.performance?.duration ?? 0) / 1e9
        if let limit = visit.stopsAboveMedian, let p50 = Self.outcome(of: round)?.p50, p50 > limit { break }
      }
      if !visit.parks, let (group, _) = alive.removeValue(forKey: visit.cell) { await group.end() }
    } catch {
      alive[visit.cell] = nil
      if !Task.isCancelled { keeper.fail(row, error.reason, error.lastErrorLines) }
    }
    guard !Task.isCancelled else {
      if let (group, _) = alive.removeValue(forKey: visit.cell) { await group.end() }
      // A visit that was broken off is made again: its rounds go, and its time is not counted.
      keeper.record.cells[row].rounds.removeLast(account.rounds)
      let left = keeper.record.cells[row].rounds.count
      keeper.record.cells[row].plannedRounds = max(1, left)
      // The search may never come back to a cell that it only began to visit.
      if left == 0, row == keeper.record.cells.count - 1 {
        keeper.record.cells.removeLast()
        rows[visit.cell] = nil
      }
      return
    }
    account.hasFailed = keeper.record.cells[row].failure != nil
    account.seconds = Self.seconds(since: begin)
    mark = .now
    note(.visit(account))
    await endSpares()
  }

  /// Starts the processes of a cell and waits until they are loaded.
  private mutating func start(_ place: Int, _ cell: Cell) async throws(WorkerSession.Failure) {
    if let (old, _) = alive.removeValue(forKey: place) { await old.end() }
    let request = RoundRequest(
      parent: getpid(), cell: cell, round: 0, serves: true, spec: keeper.record.spec,
      requestedCore: keeper.requestedCore,
      model: executor.models[cell.workload], sharedFolder: shared.path, fault: executor.faults[cell.id])
    let (executor, core, silence) = (executor, keeper.requestedCore, keeper.record.spec.timeout)
    var group = InstanceGroup(request: request) { instance in
      executor.worker(core: core, silence: silence, binding: WorkerBinding(cell.placement, instance: instance))
    } onPhase: { _ in
    }
    try await group.load()
    let processes = keeper.record.cells[row(of: place)].rounds.compactMap(\.process)
    alive[place] = (group, (processes.max() ?? -1) + 1)
  }

  /// Ends processes that the search does not want parked any more.
  private mutating func endSpares() async {
    for place in alive.keys where !search.parked.contains(place) {
      if let (group, _) = alive.removeValue(forKey: place) { await group.end() }
    }
  }

  // MARK: The record

  /// Where a cell of the plan is in the record; it is added with its first visit.
  private mutating func row(of place: Int) -> Int {
    if let row = rows[place] { return row }
    let cell = setup.cells[place]
    keeper.record.cells.append(.init(cell: cell, plannedRounds: 1, repro: setup.repro(of: cell)))
    rows[place] = keeper.record.cells.count - 1
    return keeper.record.cells.count - 1
  }

  /// Keeps a round; false where it cannot be.
  private mutating func keep(_ round: Round, _ row: Int) -> Bool {
    let count = keeper.record.cells[row].rounds.count
    keeper.record.cells[row].plannedRounds = max(1, count + 1)
    keeper.accept(round, row, expected: count)
    return keeper.record.cells[row].failure == nil
  }

  /// Takes note of an event, in the record and in the search.
  private mutating func note(_ event: Sweep.Event) {
    keeper.record.sweep?.events.append(event)
    guard let event = Self.event(event, of: keeper.record, setup) else { return }
    do { try search.record(event) } catch {
      // The search planned this visit itself.
      keeper.warn("The sweep lost its way: \(error)")
    }
    keeper.record.sweep?.leftOut = search.leftOut
    let ruledOut = search.ruledOut.count { rows[$0] == nil }
    if ruledOut > 0 { keeper.record.sweep?.ruledOut = ruledOut }
  }

  private mutating func notePause() {
    let seconds = Self.seconds(since: mark)
    guard seconds > Self.leastPause else { return }
    mark = .now
    note(.pause(seconds))
  }

  /// Writing takes longer the more was measured: it may take a small share of the time, and a fault loses that little.
  private var writeIsDue: Bool { Self.seconds(since: lastWrite) > writeSeconds / Self.writeShare }

  private mutating func write() {
    let begin = ContinuousClock.now
    keeper.write()
    lastWrite = .now
    writeSeconds = Self.seconds(since: begin)
  }

  // MARK: Figures

  /// The best cell so far and its figure.
  private var best: (id: String, samplesPerSecond: Double)? {
    search.standings.first.map { (setup.cells[$0.cell].id, $0.outcome.throughput) }
  }

  private static func seconds(since instant: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - instant) / .seconds(1)
  }

  /// A round as the search takes it; nil where it has no figures.
  static func outcome(of round: Round) -> SweepOutcome? {
    let latencies = round.performances.flatMap(\.latencies).sorted()
    guard let throughput = round.throughput, let p50 = Percentile.value(0.5, ofSorted: latencies),
      let p99 = Percentile.value(0.99, ofSorted: latencies)
    else { return nil }
    var joules: Double?
    if case .measured(let energy) = round.performance?.energy, energy.joules > 0, round.samplesOfReading > 0 {
      joules = energy.joules / round.samplesOfReading
    }
    return SweepOutcome(
      throughput: throughput, p50: Double(p50) / 1e9, p99: Double(p99) / 1e9, joulesPerSample: joules)
  }

  /// What the search was told in the sweep so far.
  static func events(of record: Record, _ setup: SweepSetup) -> [SweepEvent] {
    (record.sweep?.events ?? []).compactMap { event($0, of: record, setup) }
  }

  private static func event(_ event: Sweep.Event, of record: Record, _ setup: SweepSetup) -> SweepEvent? {
    if let canary = event.canary { return .canary(seconds: canary.seconds) }
    if let pause = event.pause { return .pause(seconds: pause) }
    guard let visit = event.visit, let place = setup.places[visit.cell],
      let result = record.cells.first(where: { $0.id == visit.cell })
    else { return nil }
    // Rounds of another placement than the one asked for say nothing about it.
    let rounds = result.rounds.dropFirst(visit.firstRound).prefix(visit.rounds)
      .filter { !$0.isMisplaced(in: result.cell) }
    return .visit(
      SweepVisitResult(
        cell: place, rounds: rounds.compactMap(outcome), seconds: visit.seconds, loadSeconds: visit.loading,
        warmUpSeconds: visit.warming, hasFailed: visit.hasFailed))
  }
}
