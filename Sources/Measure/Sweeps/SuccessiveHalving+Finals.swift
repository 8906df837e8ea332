/// The last few cells, each visit in a fresh process.
extension SuccessiveHalving {
  /// Chooses the finalists: the best few and those tied with the best, as many as the budget holds.
  ///
  /// Where a limit of latency left none, those that come nearest, so that the answer can say how near that is.
  mutating func openFinals() {
    let measured = measuredCells
    let alive = alive
    let ranking = SweepRanking(alive.isEmpty ? measured : alive, histories, noiseOf: measured, goal: settings.goal)
    let contenders = ranking.contenders(settings.finalists)
    var cells = Array(contenders.prefix(Self.mostFinalists))
    guard !cells.isEmpty else { return finish(.nothing) }
    var tiesDropped = contenders.count - cells.count
    var rounds = finalRounds
    func seconds() -> Double {
      Double(Self.leastFinals) * cells.reduce(0) { $0 + cost(of: $1.cell, rounds: rounds, passes: 1) }
    }
    let room = settings.budget - spent
    while rounds > 2, seconds() > room { rounds -= 1 }
    while cells.count > 1, seconds() > room {
      if let best = ranking.best, ranking.areTied(cells[cells.count - 1], best) { tiesDropped += 1 }
      cells.removeLast()
    }
    phase = .finals
    rung += 1
    heatNumber = 0
    // As many passes as it takes, each in fresh processes.
    pass = 0
    passes = 0
    roundsOfRung = rounds
    heat = cells.map(\.cell)
    seenInRung = []
    rungs.append(SweepRung(phase: .finals, cells: [], rounds: rounds, tiesDropped: tiesDropped))
  }

  /// The next pass over the finalists that cannot be told apart yet, or the end.
  mutating func openFinalsPass() {
    heat = heat.filter { !histories[$0].hasFailed }
    guard !heat.isEmpty else { return finish(standings.isEmpty ? .nothing : .decided) }
    if pass >= Self.leastFinals {
      let ranking = SweepRanking(heat, histories, noiseOf: measuredCells, goal: settings.goal)
      guard let best = ranking.best else { return finish(.nothing) }
      heat = ranking.entries.filter { $0.cell == best.cell || ranking.areTied($0, best) }.map(\.cell)
      guard heat.count > 1 else { return finish(.decided) }
      guard pass < Self.mostFinals else { return finish(.tied) }
      let seconds = heat.reduce(0) { $0 + cost(of: $1, rounds: roundsOfRung, passes: 1) }
      guard spent + seconds <= settings.budget else { return finish(.budget) }
    }
    makeBlock()
  }

  mutating func finish(_ end: SweepEnd) {
    self.end = end
    block = nil
    parked = []
  }
}
