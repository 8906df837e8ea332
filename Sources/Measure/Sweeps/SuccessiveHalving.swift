/// Decides which cell of a sweep is measured next: a value that holds all decisions so far.
///
/// Its state is a function of plan, settings, costs and the events that were recorded, in order: to resume a sweep, make
/// it anew and record the same events. It reads no clock; the budget is what the events say was spent.
///
/// Successive halving (Jamieson and Talwalkar 2016): all cells get a few rounds, the better 1/eta of them go on to twice
/// as many, and so on; the last few are measured in at least ``leastFinals`` fresh processes each. Beyond that,
/// - a cell that cannot be told apart from the last one kept (``NoiseFloor``) is kept too, while the budget lasts;
/// - where the budget cannot hold all cells, the first rung takes as many as it can in an order that covers the space
///   evenly, the ladder and the usual answers first; costs are corrected by what visits took;
/// - within a rung, cells are visited in several passes, each in a random order of its own, and their processes are
///   parked in between as far as memory allows, so that one start serves all rounds of a rung;
/// - under a limit of latency, a cell whose median latency is above ``farAbove`` times the limit is dropped with its
///   first round, and where it is above ``hopeless`` times, at least twice its batch in the same layout is not tried:
///   more samples in one inference take longer. Fewer threads are always tried, since too many can be slower.
public struct SuccessiveHalving: Sendable {
  /// What is measured.
  public let plan: SweepPlan
  /// How.
  public let settings: SweepSettings
  /// The cells of the scaling ladder that get rounds for a fit, those of one precision and engine together.
  public let ladder: [Int]
  /// Rungs so far, the current one last.
  public internal(set) var rungs: [SweepRung] = []
  /// Seconds spent so far.
  public private(set) var spent = 0.0
  /// Seconds of measured rounds so far, as far as the settings' length of a round says.
  public private(set) var measured = 0.0
  /// Why the sweep is over; nil while it goes on.
  public internal(set) var end: SweepEnd?
  /// Cells whose processes may stay alive now; all others should end.
  public internal(set) var parked: Set<Int> = []

  /// The least number of fresh processes of a finalist.
  public static let leastFinals = 3
  /// The largest number of them.
  public static let mostFinals = 10
  /// A median latency above the limit by this factor drops a cell with its first round.
  public static let farAbove = 1.25
  /// A median latency above the limit by this factor leaves out twice the batch and more.
  public static let hopeless = 1.5
  /// Most rounds of a cell in one rung.
  static let mostRounds = 12
  /// Most rungs before the finals.
  static let mostRungs = 6
  /// Most finalists, however many are tied.
  static let mostFinalists = 8
  /// Most cells between whose visits processes are parked.
  static let mostParked = 32

  var histories: [CellHistory]
  var costs: CostBook
  /// Cells in the order of their first visits, and how many of them were taken.
  let order: [Int]
  private let cellsOfLayout: [[Int]]
  var taken = 0
  /// One of how many cells goes on.
  var eta = 3
  /// Rounds of the first rung.
  var firstRounds = 4
  /// Cells that a limit of latency leaves out.
  public internal(set) var ruledOut: Set<Int> = []

  // The current rung.
  var phase = SweepBlock.Phase.halving
  var rung = 0
  var roundsOfRung = 0
  /// Groups of cells that are measured together, those still to come last; the first rung makes them as it goes.
  var heats: [[Int]] = []
  var heatNumber = 0
  var heat: [Int] = []
  var pass = 0
  var passes = 0
  var ladderIsDone = false
  /// What the rung before kept; nil in the first.
  var goingOn: Set<Int>?
  /// The cells of the last of ``rungs``.
  var seenInRung: Set<Int> = []

  // The current block.
  var block: SweepBlock?
  var position = 0

  /// Starts a sweep.
  ///
  /// - Parameter cost: An estimate for each cell, asked once.
  /// - Throws: ``SweepError`` where the budget cannot hold two cells.
  public init(
    plan: SweepPlan, settings: SweepSettings, cost: (SweepCell, SweepLayout) -> SweepCost
  ) throws(SweepError) {
    self.plan = plan
    self.settings = settings
    costs = CostBook(plan.cells.map { cost($0, plan.layout(of: $0)) }, wake: settings.wakeSeconds)
    histories = [CellHistory](repeating: CellHistory(), count: plan.cells.count)
    ladder = Self.ladder(of: plan, settings, costs)
    order = SweepOrder.cells(of: plan, ladder: ladder, seed: settings.seed)
    ladderIsDone = ladder.isEmpty
    var cellsOfLayout = [[Int]](repeating: [], count: plan.layouts.count)
    for (index, cell) in plan.cells.enumerated() { cellsOfLayout[cell.layout].append(index) }
    self.cellsOfLayout = cellsOfLayout
    chooseRates()
    phase = settings.isFullGrid ? .grid : .halving
    let least = leastBudget
    guard settings.budget >= least else {
      throw SweepError(
        "A budget of \(Self.text(settings.budget)) is too short: comparing two configurations takes at least "
          + "\(Self.text(least)) here.")
    }
    roundsOfRung = firstRounds
    if settings.isFullGrid { heats = split(order) }
    rungs.append(SweepRung(phase: phase, cells: [], rounds: firstRounds, tiesDropped: 0))
    settle()
  }

  /// Goes through events that a sweep of the same plan, settings and costs recorded.
  /// - Throws: ``SweepError`` where they do not belong to it.
  public mutating func replay(_ events: some Sequence<SweepEvent>) throws(SweepError) {
    for event in events { try record(event) }
  }

  /// What is to be done next: what is left of the current block; nil where the sweep is over.
  ///
  /// Running all its steps in order and recording each is right; asking again after each step is better, since cells
  /// that meanwhile turned out hopeless are no longer in it.
  public func next() -> SweepBlock? {
    guard end == nil, let block else { return nil }
    let steps = block.steps.dropFirst(position).filter { step in
      guard case .visit(let visit) = step else { return true }
      return !isOut(visit.cell)
    }
    return SweepBlock(phase: block.phase, rung: block.rung, pass: block.pass, steps: steps)
  }

  /// The next block of a sweep in which `events` happened: ``next()`` as one pure function.
  public static func next(
    plan: SweepPlan, settings: SweepSettings, events: [SweepEvent], cost: (SweepCell, SweepLayout) -> SweepCost
  ) throws(SweepError) -> SweepBlock? {
    var sweep = try SuccessiveHalving(plan: plan, settings: settings, cost: cost)
    try sweep.replay(events)
    return sweep.next()
  }

  /// Takes note of something that happened.
  /// - Throws: ``SweepError`` where a visit was not the next one.
  public mutating func record(_ event: SweepEvent) throws(SweepError) {
    switch event {
    case .pause(let seconds): spend(seconds)
    case .canary(let seconds):
      spend(seconds)
      if end == nil, let block, position < block.steps.count, block.steps[position] == .canary { position += 1 }
    case .visit(let result): try record(result)
    }
    settle()
  }

  private mutating func record(_ result: SweepVisitResult) throws(SweepError) {
    // A canary may be missing; a visit may not.
    guard end == nil, let (index, visit) = nextVisit, visit.cell == result.cell else {
      let name = plan.cells.indices.contains(result.cell) ? plan.name(of: plan.cells[result.cell]) : "\(result.cell)"
      throw SweepError("The results do not belong to this sweep: a visit to \(name) comes where none was planned.")
    }
    position = index + 1
    spend(result.seconds)
    // After an interruption a process that was parked has to be started again.
    let isFresh = visit.isFresh || result.loadSeconds > 0
    costs.saw(result, isFresh: isFresh)
    measured += Double(result.rounds.count) * settings.roundSeconds
    histories[result.cell].add(result.rounds, isFresh: isFresh)
    if result.hasFailed { histories[result.cell].hasFailed = true }
    if visit.parks && !result.hasFailed { parked.insert(result.cell) } else { parked.remove(result.cell) }
    if seenInRung.insert(result.cell).inserted { rungs[rungs.count - 1].cells.append(result.cell) }
    if phase != .finals { ruleOut(after: result.cell) }
  }

  private mutating func spend(_ seconds: Double) { spent += seconds.isFinite ? max(0, seconds) : 0 }

  /// Drops a cell that is far above the limit of latency, and those that can only be slower.
  private mutating func ruleOut(after cell: Int) {
    guard let limit = settings.goal.limitSeconds, let outcome = histories[cell].outcome,
      outcome.p50 > limit * Self.farAbove
    else { return }
    ruledOut.insert(cell)
    if isOut(cell) { parked.remove(cell) }
    guard outcome.p50 > limit * Self.hopeless else { return }
    let slow = plan.cells[cell]
    for index in cellsOfLayout[slow.layout] {
      let other = plan.cells[index]
      guard
        other.memory == slow.memory && other.hugePages == slow.hugePages && other.engine == slow.engine
          && other.precision == slow.precision && other.batch >= 2 * slow.batch
      else { continue }
      ruledOut.insert(index)
      if isOut(index) { parked.remove(index) }
    }
  }

  /// Whether a cell is not to be visited any more.
  func isOut(_ cell: Int) -> Bool {
    histories[cell].hasFailed || (phase != .finals && ruledOut.contains(cell) && !ladder.contains(cell))
  }

  /// The median latency in seconds above which a cell is dropped at once.
  var farAboveLimit: Double? { settings.goal.limitSeconds.map { $0 * Self.farAbove } }

  // MARK: Answers

  /// Every measured cell with what the goal is about, the best first.
  public var standings: [SweepStanding] {
    let measured = plan.cells.indices.filter { histories[$0].rounds > 0 }
    let ranking = SweepRanking(measured, histories, noiseOf: measured, goal: settings.goal)
    guard let best = ranking.best else { return [] }
    return ranking.entries.sorted { $0.score == $1.score ? $0.cell < $1.cell : $0.score > $1.score }.map { entry in
      SweepStanding(
        cell: entry.cell, outcome: entry.outcome, score: entry.score,
        isTiedWithBest: entry.cell == best.cell || ranking.areTied(entry, best),
        processes: entry.history.processes.count, rounds: entry.history.rounds)
    }
  }

  /// Cells without any visit although no rule is against them: the budget did not hold them.
  public var leftOut: Int {
    plan.cells.indices.count { histories[$0].processes.isEmpty && !histories[$0].hasFailed && !ruledOut.contains($0) }
  }

  /// Seconds for people: `45 s`, `12.5 min`.
  static func text(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "unlimited time" }
    if seconds < 120 { return "\(Int(seconds.rounded(.up))) s" }
    return "\((seconds / 6).rounded(.up) / 10) min"
  }
}
