import NumericFormats

/// What is still to come, and what it will take.
extension SuccessiveHalving {
  /// The share of the budget that is planned for; the rest is for what takes longer than thought.
  static let planned = 0.97
  /// The share of time that may go elsewhere than into rounds.
  static let overheadGoal = 0.2

  /// Rounds that a process needs for its start to be at most ``overheadGoal`` of its time.
  private func roundsWorth(of start: Double) -> Int {
    let rounds = start * (1 - Self.overheadGoal) / Self.overheadGoal / (costs.meanRound * costs.roundFactor)
    return Int(min(1000, rounds.rounded(.up)))
  }

  /// Passes over the same cells in a rung: visits of 2 rounds, or 1.
  static func passes(_ rounds: Int) -> Int { max(1, (rounds + 1) / 2) }

  private var start: Double { costs.meanStart * costs.startFactor + 2 * settings.canaryShare }

  /// The share of the budget that the finals may take: the rest is for finding out what belongs into them.
  static let finalsShare = 0.4

  /// Rounds of a finalist in each process: enough to be worth its start, and no more than a short budget holds.
  var finalRounds: Int {
    let worth = min(8, max(3, roundsWorth(of: start)))
    let processes = Double(Self.leastFinals * min(settings.finalists, max(1, plan.cells.count)))
    let held = (settings.budget * Self.finalsShare / processes - start) / (costs.meanRound * costs.roundFactor)
    return held >= Double(worth) ? worth : max(2, Int(max(0, held)))
  }

  /// Cells of which the finals can decide without another rung before.
  var finalsSize: Int { settings.finalists + 2 }

  /// How many of `count` cells go on in their own right.
  func keeps(of count: Int) -> Int { max(settings.finalists, (count + eta - 1) / eta) }

  /// Seconds of a cell in a rung: one process, its rounds and a share of the canaries.
  func cost(of cell: Int, rounds: Int, passes: Int? = nil) -> Double {
    forecast(start: costs.start(cell), round: costs.round(cell), rounds: rounds, passes: passes).seconds
  }

  /// Seconds to come, and those of them in rounds.
  struct Forecast {
    var seconds = 0.0
    var measured = 0.0

    mutating func add(_ other: Forecast, times count: Int = 1) {
      seconds += Double(count) * other.seconds
      measured += Double(count) * other.measured
    }
  }

  private func forecast(start: Double, round: Double, rounds: Int, passes: Int? = nil) -> Forecast {
    let passes = Double(passes ?? Self.passes(rounds))
    let measured = Double(rounds) * round
    return Forecast(
      seconds: start + (passes - 1) * settings.wakeSeconds + measured + passes * settings.canaryShare,
      measured: measured)
  }

  /// The same of a cell like the mean of all.
  private func typical(rounds: Int, passes: Int? = nil) -> Forecast {
    forecast(
      start: costs.meanStart * costs.startFactor, round: costs.meanRound * costs.roundFactor, rounds: rounds,
      passes: passes)
  }

  /// Seconds of the finals of `count` cells.
  func finals(_ count: Int) -> Double {
    Double(Self.leastFinals * count) * typical(rounds: finalRounds, passes: 1).seconds
  }

  /// Seconds that no rung may take: the shortest finals of two cells.
  var reserve: Double { Double(Self.leastFinals * min(2, plan.cells.count)) * typical(rounds: 2, passes: 1).seconds }

  /// All that follows a first rung of `count` cells, if no ties are kept.
  private func rest(_ count: Int) -> Forecast {
    var sum = Forecast()
    sum.add(typical(rounds: finalRounds, passes: 1), times: Self.leastFinals * min(count, settings.finalists))
    if phase == .grid {
      sum.add(typical(rounds: firstRounds), times: count)
      return sum
    }
    var cells = keeps(of: count)
    var rounds = min(Self.mostRounds, 2 * firstRounds)
    var climbing = ladderIsDone ? 0 : ladder.count
    var rung = 1
    while cells > finalsSize || climbing > 0, rung <= Self.mostRungs {
      let going = cells > finalsSize ? min(cells, count) : 0
      sum.add(typical(rounds: rounds), times: going + climbing)
      climbing = 0
      cells = keeps(of: cells)
      rounds = min(Self.mostRounds, 2 * rounds)
      rung += 1
    }
    return sum
  }

  /// Seconds of all that follows a first rung of `count` cells, if no ties are kept.
  func later(_ count: Int) -> Double { rest(count).seconds }

  /// A sweep whose first rung has the first `count` cells.
  func whole(_ count: Int) -> Forecast {
    var sum = rest(count)
    for cell in order.prefix(count) {
      sum.add(forecast(start: costs.start(cell), round: costs.round(cell), rounds: firstRounds))
    }
    return sum
  }

  /// The shortest budget that compares two cells.
  var leastBudget: Double {
    let count = min(2, order.count)
    return (order.prefix(count).reduce(0) { $0 + 1.2 * cost(of: $1, rounds: 2) } + reserve) / Self.planned
      + 2 * settings.canarySeconds
  }

  /// Chooses how fast cells are dropped and how many rounds the first rung has: as slowly and as many as the budget
  /// holds for all cells; where it cannot hold all, as few rounds as keep the overhead low, so that more cells have a
  /// chance.
  mutating func chooseRates() {
    let worth = max(2, roundsWorth(of: start))
    let few = min(4, worth)
    let fewer = (2..<max(2, few)).reversed().map { (3, $0) }
    var frugal: (Int, Int)?
    for (rate, rounds) in [(2, min(Self.mostRounds, worth)), (2, few), (3, few)] + fewer {
      eta = rate
      firstRounds = rounds
      let holdsAll = whole(order.count).seconds <= settings.budget * Self.planned
      if settings.isFullGrid || holdsAll && rounds >= few { return }
      let most = mostCells
      let forecast = whole(most)
      guard rounds < few, forecast.seconds * (1 - Self.overheadGoal) <= forecast.measured else { continue }
      frugal = (rate, rounds)
      if holdsAll { break }
    }
    (eta, firstRounds) = frugal ?? (3, few)
    // Very short budgets: fewer rounds before fewer than a handful of cells.
    while firstRounds > 2, mostCells < min(order.count, 2 * finalsSize) { firstRounds -= 1 }
  }

  /// The most cells that the budget holds.
  private var mostCells: Int {
    var (fits, fails) = (0, order.count + 1)
    while fails - fits > 1 {
      let count = (fits + fails) / 2
      if whole(count).seconds <= settings.budget * Self.planned { fits = count } else { fails = count }
    }
    return fits
  }

  /// The ladders of as many precisions and engines as fit into a quarter of the budget; the first one also where it
  /// fits into half of it.
  static func ladder(of plan: SweepPlan, _ settings: SweepSettings, _ costs: CostBook) -> [Int] {
    var groups: [[Int]] = []
    var groupOf: [String: Int] = [:]
    for (index, cell) in plan.cells.enumerated() where cell.isLadder {
      let name = cell.engine + "/" + cell.precision.rawValue
      if groupOf[name] == nil {
        groupOf[name] = groups.count
        groups.append([])
      }
      groups[groupOf[name] ?? 0].append(index)
    }
    var ladder: [Int] = []
    var seconds = 0.0
    for group in groups {
      // Two processes of about four and eight rounds.
      seconds += group.reduce(0) { $0 + 2 * costs.start($1) + 12 * costs.round($1) }
      guard seconds <= settings.budget * (ladder.isEmpty ? 0.5 : 0.25) else { break }
      ladder += group
    }
    return ladder
  }
}
