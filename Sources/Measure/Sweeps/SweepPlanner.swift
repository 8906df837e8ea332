import NumericFormats
import Placements
import Records
import Topology

/// Multiplies a space and prunes it: every layout is made once, and what a rule leaves out is counted, not made.
public struct SweepPlanner {
  /// The bytes that one instance needs.
  public typealias Memory = (_ batch: Int, _ precision: Precision, _ engine: String) -> Int

  /// The most cells that a plan may have.
  public static let cellLimit = 1_000_000

  private let space: SweepSpace
  private let placer: Placer
  private let shape: MachineShape
  /// The kind of core of each PU.
  private let kindOfPU: [Int: Int]
  /// Bytes of an instance for each engine, precision and batch, in the order of ``points``.
  private let memory: [Int]
  private let memoryLimit: Int?
  private var layouts: [SweepLayout] = []
  private var cells: [SweepCell] = []
  private var pruned: [PruningRule: Int] = [:]
  /// Instances and threads that have a layout which fills the machine along one of its groups.
  private var landmarks: Set<[Int]> = []

  /// Plans a sweep: a pure function of its arguments.
  ///
  /// - Parameters:
  ///   - space: What is multiplied.
  ///   - topology: The machine, the same one that the space was made for.
  ///   - memoryLimit: Bytes that all instances together may take; nil for any.
  ///   - bytesPerInstance: An estimate; asked once for each batch, precision and engine.
  /// - Throws: ``SweepError`` where explicit words have no layout, or no cell or too many are left.
  public static func plan(
    _ space: SweepSpace, on topology: Topology, memoryLimit: Int? = nil,
    bytesPerInstance: Memory = { _, _, _ in 0 }
  ) throws(SweepError) -> SweepPlan {
    var planner = SweepPlanner(space, topology, memoryLimit, bytesPerInstance)
    try planner.planExplicit()
    try planner.planNamed()
    let plan = SweepPlan(
      space: space, layouts: planner.layouts, cells: planner.cells, pruned: planner.pruned.filter { $0.value > 0 })
    guard !plan.cells.isEmpty else {
      let reasons = PruningRule.allCases.compactMap { rule in
        plan.pruned[rule].map { "\($0) because \(rule.reason)" }
      }.joined(separator: "; ")
      throw SweepError("None of the \(plan.candidates) configurations can be measured here (\(reasons)).")
    }
    return plan
  }

  private init(_ space: SweepSpace, _ topology: Topology, _ memoryLimit: Int?, _ bytesPerInstance: Memory) {
    self.space = space
    self.memoryLimit = memoryLimit
    placer = Placer(topology)
    shape = MachineShape(topology)
    kindOfPU = Dictionary(
      topology.cores.flatMap { core in core.pus.map { ($0, core.kind ?? 0) } }, uniquingKeysWith: { first, _ in first })
    memory = space.engines.flatMap { engine in
      space.precisions.flatMap { precision in
        space.batches.map { max(0, bytesPerInstance($0, precision, engine)) }
      }
    }
  }

  // MARK: Layouts

  private mutating func planExplicit() throws(SweepError) {
    var seen: Set<[UInt16]> = []
    for words in space.explicit {
      let request = PlacementRequest(words: words)
      let layout: PlacementLayout
      do { layout = try placer.layout(request) } catch { throw SweepError(error.description) }
      guard seen.insert(Self.identity(of: layout)).inserted else {
        prune(.samePUs)
        continue
      }
      try keep(
        SweepLayout(
          words: words, instances: layout.instances.count, threads: layout.instances.map(\.pus.count).max() ?? 0,
          smt: nil, request: request, layout: layout, isOnlyForLadder: false))
    }
  }

  private mutating func planNamed() throws(SweepError) {
    let choices = choices()
    let mostThreads = choices.map(\.capacity).max() ?? 0
    for instances in space.instances {
      for threads in space.threads {
        let all = instances * threads
        guard all <= mostThreads else {
          prune(.exceedsPUs, choices.count)
          continue
        }
        var seen: Set<[UInt16]> = []
        for choice in choices {
          if let rule = try plan(choice, instances: instances, threads: threads, &seen) { prune(rule) }
        }
      }
    }
  }

  /// Words with a use of SMT.
  private struct Choice {
    let words: String
    let smt: SMTUse
    /// The most threads that they can place.
    let capacity: Int
    /// For `per-` words: the number of groups; nil where the machine has none.
    let groups: Int?
    let isPerGroup: Bool
    let isOfLadder: Bool
    /// The kind of cores that one thread gets: all steps of the ladder should have it.
    let ladderKinds: Set<Int>
  }

  private func choices() -> [Choice] {
    let ladderWords = space.placements.contains("compact") ? "compact" : space.placements.first
    // What the ladder is of comes first, so that no other words with the same PUs take its place.
    let placements = space.placements.filter { $0 == ladderWords } + space.placements.filter { $0 != ladderWords }
    return placements.flatMap { placement in
      space.smt.map { smt in
        let names = placement.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
        let saysSMT = names.contains { ["cores", "threads", "no-smt"].contains($0) }
        let isSaid = saysSMT || shape.threadsPerCore == 1
        let words = isSaid ? placement : "\(placement),\(smt.rawValue)"
        let isPerGroup = names.contains { $0.hasPrefix("per-") }
        // One thread, in each group where the words are about groups.
        let smallest = try? placer.layout(PlacementRequest(words: words, threads: 1))
        return Choice(
          words: words, smt: smt, capacity: smt == .cores && !saysSMT ? shape.cores : shape.pus,
          groups: isPerGroup ? smallest?.instances.count : nil, isPerGroup: isPerGroup,
          isOfLadder: placement == ladderWords && smt == space.smt.first, ladderKinds: kinds(of: smallest))
      }
    }
  }

  private func kinds(of layout: PlacementLayout?) -> Set<Int> {
    Set((layout?.instances.flatMap(\.pus) ?? []).compactMap { kindOfPU[$0] })
  }

  /// Keeps the layout of a choice, or says which rule leaves it out.
  private mutating func plan(
    _ choice: Choice, instances: Int, threads: Int, _ seen: inout Set<[UInt16]>
  ) throws(SweepError) -> PruningRule? {
    guard instances * threads <= choice.capacity else { return .exceedsPUs }
    guard instances * threads <= shape.fed else { return .exceedsQuota }
    if choice.isPerGroup {
      guard let groups = choice.groups else { return .doesNotFit }
      guard instances % groups == 0 else { return .unevenGroups }
    }
    let request = PlacementRequest(words: choice.words, instances: instances, threads: threads)
    guard let layout = try? placer.layout(request) else { return reason(request) }
    guard layout.instances.count == instances else { return .doesNotFit }
    let departure = Self.rule(of: layout)
    let isLadder = choice.isOfLadder && instances == 1 && kinds(of: layout) == choice.ladderKinds
    if let departure, !isLadder { return departure }
    guard seen.insert(Self.identity(of: layout)).inserted else { return .samePUs }
    try keep(
      SweepLayout(
        words: choice.words, instances: instances, threads: threads, smt: choice.smt, request: request, layout: layout,
        isOnlyForLadder: departure != nil), isLadder: isLadder, departure)
    return nil
  }

  /// The rule that permissions would lift.
  private func reason(_ request: PlacementRequest) -> PruningRule {
    var permitted = request
    permitted.words += ",across-numa,mixed-kinds"
    guard let layout = try? placer.layout(permitted) else { return .doesNotFit }
    if layout.departures.contains(.acrossNodes) { return .acrossNodes }
    return layout.departures.contains(.mixedKinds) ? .mixedKinds : .doesNotFit
  }

  private static func rule(of layout: PlacementLayout) -> PruningRule? {
    if layout.departures.contains(.partialCacheGroup) { return .partialCacheGroup }
    return layout.departures.contains(.siblingsBesideIdleCores) ? .siblingsBesideIdleCores : nil
  }

  /// Equal for layouts whose instances have the same PUs, in whatever order: to each PU the rank of its instance by its
  /// first PU.
  private static func identity(of layout: PlacementLayout) -> [UInt16] {
    let firsts = layout.instances.map { $0.pus.min() ?? 0 }
    let ranks = firsts.indices.sorted { firsts[$0] < firsts[$1] }
    var owners = [UInt16](repeating: 0, count: 1 + (layout.instances.lazy.compactMap { $0.pus.max() }.max() ?? 0))
    for (rank, instance) in ranks.enumerated() {
      for pu in layout.instances[instance].pus { owners[pu] = UInt16(truncatingIfNeeded: rank + 1) }
    }
    return owners
  }

  // MARK: Cells

  private mutating func prune(_ rule: PruningRule, _ layouts: Int = 1) {
    pruned[rule, default: 0] += layouts * space.pointsOfLayout
  }

  /// Multiplies a layout. One that a rule is against gives only steps of the ladder.
  private mutating func keep(
    _ layout: SweepLayout, isLadder: Bool = false, _ departure: PruningRule? = nil
  ) throws(SweepError) {
    let threads = layout.instances * layout.threads
    let isFull = threads == min(shape.cores, shape.fed) || threads == min(shape.pus, shape.fed)
    // Of several layouts with the same counts the one with the simplest words.
    let isLandmark =
      isFull && space.landmarks.contains(layout.instances) && departure == nil && layout.smt != nil
      && landmarks.insert([layout.instances, layout.threads]).inserted
    let before = cells.count
    var overMemory = 0
    for (policyIndex, policy) in space.memory.enumerated() {
      for (pagesIndex, pages) in space.hugePages.enumerated() {
        let isPlain = policyIndex == 0 && pagesIndex == 0
        var point = 0
        for engine in space.engines {
          for precision in space.precisions {
            for batch in space.batches {
              let bytes = memory[point].multipliedReportingOverflow(by: layout.instances)
              point += 1
              let isUsual = isPlain && batch == space.ladderBatch
              if departure != nil, !isUsual { continue }
              if let memoryLimit, bytes.overflow || bytes.partialValue > memoryLimit {
                overMemory += 1
                continue
              }
              cells.append(
                SweepCell(
                  layout: layouts.count, memory: policy, hugePages: pages, batch: batch, precision: precision,
                  engine: engine, isLadder: isLadder && isUsual, isFavourite: isLandmark && isUsual))
            }
          }
        }
      }
    }
    guard cells.count <= Self.cellLimit else {
      throw SweepError("More than \(Self.cellLimit) configurations are left after pruning; shorten the lists.")
    }
    let kept = cells.count - before
    pruned[.memory, default: 0] += overMemory
    if let departure { pruned[departure, default: 0] += space.pointsOfLayout - overMemory - kept }
    if kept > 0 { layouts.append(layout) }
  }
}
