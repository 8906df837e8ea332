import Statistics

/// From block to block and from rung to rung.
extension SuccessiveHalving {
  /// Goes on to the next step that is to be done; ends the sweep where there is none.
  mutating func settle() {
    while end == nil {
      skipThoseOut()
      if let block {
        switch state(of: block) {
        case .goesOn: return
        case .isOver: break
        case .budgetEnds:
          guard phase != .finals else { return finish(.budget) }
          heats = []
          heat = []
          taken = order.count
        }
      }
      block = nil
      openBlock()
    }
  }

  private enum BlockState { case goesOn, isOver, budgetEnds }

  private func state(of block: SweepBlock) -> BlockState {
    guard let (_, visit) = nextVisit else { return .isOver }
    // A visit may take somewhat longer than it is thought to.
    let seconds = 1.2 * costs.visit(visit.cell, rounds: visit.rounds, isFresh: visit.isFresh) + settings.canarySeconds
    return spent + seconds + (phase == .finals ? 0 : reserve) <= settings.budget ? .goesOn : .budgetEnds
  }

  /// Moves past visits to cells that are out by now, so that the position is at a step that is to be done.
  private mutating func skipThoseOut() {
    while let block, position < block.steps.count, case .visit(let visit) = block.steps[position], isOut(visit.cell) {
      position += 1
    }
  }

  /// The next visit of the block to a cell that is still in, and its place among the steps.
  var nextVisit: (index: Int, visit: SweepVisit)? {
    guard let block else { return nil }
    for index in position..<max(position, block.steps.count) {
      if case .visit(let visit) = block.steps[index], !isOut(visit.cell) { return (index, visit) }
    }
    return nil
  }

  private mutating func openBlock() {
    if pass < passes, !heat.isEmpty { return makeBlock() }
    parked = []
    if phase == .finals { return openFinalsPass() }
    if phase == .halving, rung == 0, heats.isEmpty {
      let next = firstHeat()
      if !next.isEmpty { heats = [next] }
    }
    guard !heats.isEmpty else { return closeRung() }
    heat = heats.removeFirst().filter { !isOut($0) }
    pass = 0
    passes = heat.count == 1 ? 1 : Self.passes(roundsOfRung)
    heatNumber += 1
    if !heat.isEmpty { makeBlock() }
  }

  /// Makes the next pass over the heat: its share of the rung's rounds, in the finals all of them.
  mutating func makeBlock() {
    let share = max(1, passes)
    let rounds = roundsOfRung / share + (pass < roundsOfRung % share ? 1 : 0)
    let isLast = pass + 1 >= passes
    var random = SeededRandom(seed: settings.seed, path: [1, rung, heatNumber, pass])
    var steps: [SweepBlock.Step] = []
    for (index, cell) in random.shuffled(heat.filter { !isOut($0) }).enumerated() {
      if index % settings.canaryDistance == 0 { steps.append(.canary) }
      steps.append(
        .visit(
          SweepVisit(
            cell: cell, rounds: rounds, isFresh: !parked.contains(cell), parks: !isLast,
            stopsAboveMedian: phase == .finals || ladder.contains(cell) ? nil : farAboveLimit)))
    }
    block = SweepBlock(phase: phase, rung: rung, pass: pass, steps: steps)
    position = 0
    pass += 1
  }

  /// Groups of cells whose processes may all be alive at the same time.
  func split(_ cells: [Int]) -> [[Int]] {
    var groups: [[Int]] = []
    var room = ParkingRoom(settings)
    for cell in cells {
      if groups.isEmpty || !takes(cell, &room) {
        groups.append([])
        room = ParkingRoom(settings)
        _ = takes(cell, &room)
      }
      groups[groups.count - 1].append(cell)
    }
    return groups
  }

  private func takes(_ cell: Int, _ room: inout ParkingRoom) -> Bool {
    room.takes(bytes: costs.estimates[cell].bytes, instances: plan.layout(of: plan.cells[cell]).instances)
  }

  /// The next cells of the first rung that can be parked together and that the budget holds together with all that
  /// follows.
  private mutating func firstHeat() -> [Int] {
    var cells: [Int] = []
    var room = ParkingRoom(settings)
    var seconds = 0.0
    let goingOn = rungs[0].cells.count { !isOut($0) }
    while taken < order.count {
      let cell = order[taken]
      if !isOut(cell) {
        seconds += cost(of: cell, rounds: firstRounds)
        let count = goingOn + cells.count + 1
        // Two are always compared: the budget holds that if nothing else.
        guard count <= 2 || spent + seconds + later(count) <= settings.budget * Self.planned, takes(cell, &room)
        else { break }
        cells.append(cell)
      }
      taken += 1
    }
    return cells
  }

  // MARK: The next rung

  private mutating func closeRung() {
    guard rung < Self.mostRungs else { return openFinals() }
    let alive = alive
    if phase == .grid {
      guard rung == 0, !alive.isEmpty else { return openFinals() }
      return open(cells: alive, rounds: firstRounds, tiesDropped: 0)
    }
    let ranking = SweepRanking(alive, histories, noiseOf: measuredCells, goal: settings.goal)
    let kept = ranking.keeping(keeps(of: ranking.entries.count))
    // Where nothing can be dropped, few are enough for the finals.
    let isStuck = kept.count == ranking.entries.count && kept.count <= Self.mostFinalists
    var cells = kept.count > finalsSize && !isStuck ? kept.map(\.cell) : []
    let climbing = ladderIsDone ? [] : ladder.filter { !histories[$0].hasFailed && histories[$0].rounds > 0 }
    ladderIsDone = true
    var tiesDropped = 0
    let room = settings.budget - spent - finals(min(settings.finalists, ranking.entries.count))
    var rounds = min(Self.mostRounds, firstRounds << (rung + 1))
    func seconds() -> Double {
      Set(cells).union(climbing).reduce(0) { $0 + cost(of: $1, rounds: rounds) }
    }
    while rounds > 2, seconds() > room { rounds -= 1 }
    while cells.count > settings.finalists, seconds() > room {
      if ranking.areTied(kept[cells.count - 1], kept[cells.count - 2]) { tiesDropped += 1 }
      cells.removeLast()
    }
    let all = cells + climbing.filter { !cells.contains($0) }
    guard !all.isEmpty, seconds() <= room else { return openFinals() }
    goingOn = Set(cells.isEmpty ? kept.map(\.cell) : cells)
    open(cells: all, rounds: rounds, tiesDropped: tiesDropped)
  }

  private mutating func open(cells: [Int], rounds: Int, tiesDropped: Int) {
    rung += 1
    heatNumber = 0
    roundsOfRung = rounds
    // Cells that are parked together are so by chance, not by rank.
    var random = SeededRandom(seed: settings.seed, path: [2, rung])
    heats = split(random.shuffled(cells))
    seenInRung = []
    rungs.append(SweepRung(phase: phase, cells: [], rounds: rounds, tiesDropped: tiesDropped))
  }

  /// Cells with rounds that did not fail.
  var measuredCells: [Int] { plan.cells.indices.filter { histories[$0].rounds > 0 && !histories[$0].hasFailed } }

  /// Those that no rung and no limit of latency has dropped.
  var alive: [Int] { measuredCells.filter { !ruledOut.contains($0) && goingOn?.contains($0) ?? true } }
}
