/// How a convolution is computed by Winograd's F(4x4, 3x3) on some threads, and what it costs beside the direct sum.
///
/// A pure function of extents, kernel, threads and caches. Costs are in multiply-adds of one thread at full rate. The figures were
/// measured on a Zen 5 core (3.85 GHz, 123 billion FP32 multiply-adds a second with AVX-512, about 25 GB/s from memory,
/// 2026-11); they need only be right enough to tell which algorithm is faster.
struct WinogradPlan: Hashable {
  /// What the plan depends on.
  struct Extents: Hashable {
    var images: Int
    var height: Int
    var width: Int
    var outHeight: Int
    var outWidth: Int
    var channels: Int
    var outChannels: Int

    /// Tiles of 4 x 4 results.
    var tiles: Int { images * ((outHeight + 3) / 4) * ((outWidth + 3) / 4) }
  }

  /// The kernel's columns of a panel and lanes of a vector.
  struct Kernel: Hashable {
    var nr: Int
    var lanes: Int

    /// Output channels that threads divide by.
    func panel(_ form: Form) -> Int { form == .transformed ? nr : lanes }
  }

  /// What of the weights is held in memory: their transforms, for many tiles, or themselves, transformed on their way into
  /// the products of few.
  enum Form: Hashable {
    case transformed
    case untransformed
  }

  /// Whether weights are transformed once or on their way.
  let form: Form
  /// Parts of the tiles that are worked on independently, and parts of each one's output channels: a thread has one of both.
  let tileParts: Int
  let panelParts: Int
  /// The most tiles of a block.
  let blockTiles: Int
  /// Blocks that each part of the tiles goes through, one after the other.
  let rounds: Int
  /// Estimated multiply-adds of one thread that does everything, transforms and waiting for weights included.
  private(set) var cost: Double
  /// The same of the direct sum.
  private(set) var directCost: Double

  /// Multiply-adds in the time that it takes to transform the inputs of a tile in one channel, and the sums of a tile in
  /// one output channel. (130 and 100 cycles a vector.)
  private static let inputCost = 260.0
  private static let outputCost = 200.0
  /// What starting, storing and finishing the sums of a register tile takes, in steps of its depth.
  private static let tileCost = 6.0
  /// A barrier that threads reach together: about a microsecond.
  private static let barrierCost = 120_000.0
  /// Multiply-adds of a lane in the time that a byte takes from memory to one thread, and from the last-level cache. Two
  /// threads together get 1.3 times as much from memory as one.
  private static let memoryCost = 0.3
  private static let memorySharing = 0.65
  private static let cacheCost = 0.12
  /// With untransformed weights: multiply-adds for each pair of channels, and besides for each tile, in which channels are
  /// taken by sixteens. (35 and 31 cycles a vector.)
  private static let weightCost = 70.0
  private static let tileProductCost = 62.0
  /// The parts of a core's second-level cache, and of the last level, in which what is wanted again stays.
  private static let ownPart = 0.625
  private static let sharedPart = 0.5
  /// The direct sum does not quite reach full rate either.
  private static let directEfficiency = 0.92
  /// Winograd must be expected to take less of the direct sum's time than this: it rounds more.
  private static let worthwhile = 0.9

  /// Why the direct sum is at least as good, or nil.
  var refusal: String? {
    guard cost >= directCost * Self.worthwhile else { return nil }
    return "the direct sum is expected to be as fast (Winograd takes \((cost / max(directCost, 1) * 100).rounded()) %)"
  }

  /// The plan for some threads.
  ///
  /// What changes results, the algorithm and the form, is chosen for one thread, so that they do not depend on how many there
  /// are; and with `choosesAlike` for one image, so that they do not depend on the batch.
  init(
    _ extents: Extents, kernel: Kernel, threads: Int, caches: CacheSizes = .typical, choosesAlike: Bool = false
  ) {
    var basis = extents
    if choosesAlike { basis.images = min(extents.images, 1) }
    let single = [Form.transformed, .untransformed].map { Self.cheapest(basis, kernel, $0, caches, threads: 1) }
    let chosen = single[1].cost < single[0].cost ? single[1] : single[0]
    self = threads > 1 || choosesAlike ? Self.cheapest(extents, kernel, chosen.form, caches, threads: threads) : chosen
    (cost, directCost) = (chosen.cost, chosen.directCost)
  }

  /// The cheapest plan with a form.
  private static func cheapest(
    _ extents: Extents, _ kernel: Kernel, _ form: Form, _ caches: CacheSizes, threads: Int
  ) -> WinogradPlan {
    let width = kernel.panel(form), panels = (extents.outChannels + width - 1) / width
    let tiles = max(extents.tiles, 1)
    var best: WinogradPlan?
    for panelParts in 1...min(threads, max(panels, 1)) {
      let tileParts = min(threads / panelParts, tiles), partTiles = (tiles + tileParts - 1) / tileParts
      for wanted in [12, 16, 24, 32, 48, 64] {
        let plan = WinogradPlan(
          extents, kernel, form, caches, threads: threads, tileParts: tileParts, panelParts: panelParts,
          rounds: (partTiles + wanted - 1) / wanted)
        if plan.cost < best?.cost ?? .infinity { best = plan }
        if wanted >= partTiles { break }
      }
    }
    return best
      ?? WinogradPlan(extents, kernel, form, caches, threads: threads, tileParts: 1, panelParts: 1, rounds: 1)
  }

  private init(
    _ extents: Extents, _ kernel: Kernel, _ form: Form, _ caches: CacheSizes, threads: Int, tileParts: Int,
    panelParts: Int, rounds: Int
  ) {
    (self.form, self.tileParts, self.panelParts, self.rounds) = (form, tileParts, panelParts, rounds)
    let partTiles = (extents.tiles + tileParts - 1) / tileParts
    blockTiles = max((partTiles + rounds - 1) / rounds, 1)
    let panel = kernel.panel(form),
      ownPanels = ((extents.outChannels + panel - 1) / panel + panelParts - 1) / panelParts
    let width = (extents.outChannels + kernel.lanes - 1) / kernel.lanes * kernel.lanes
    let ownWidth = Double(min(ownPanels * panel, width)), channels = Double(extents.channels)

    // Products, and weights that arrive while these go on.
    let pairs = channels * ownWidth, tiles = Double(partTiles)
    let products =
      form == .transformed
      ? 36 * (channels + Self.tileCost) * ownWidth * tiles
      : pairs * Self.weightCost * Double(rounds)
        + Double((extents.channels + 15) / 16 * 16) * ownWidth * Self.tileProductCost * tiles
    let held: Double = form == .transformed ? 4 * 36 : 4 * 9
    let weights = held * channels * Double(width), ownWeights = held * pairs
    let lanes = Double(kernel.lanes), memoryCost = Self.memoryCost / max(1, Double(threads) * Self.memorySharing)
    let ownCache = Double(caches.own) * Self.ownPart, sharedCache = Double(caches.shared) * Self.sharedPart
    let again =
      ownWeights <= ownCache ? 0 : weights <= sharedCache ? Self.cacheCost : memoryCost * Double(tileParts)
    let fetched = lanes * (weights * memoryCost + ownWeights * again * Double(rounds - 1))
    // Not all of that is hidden, however many threads share it.
    let waits = lanes * ownWeights * (memoryCost + again * Double(rounds - 1)) / 10
    let inputs = 4 * 36 * channels * Double(blockTiles)
    let spilled = inputs <= ownCache ? 0 : inputs * Double(max(ownPanels - 1, 0) * rounds) * lanes * 0.03
    let transforms = tiles * (channels * Self.inputCost / Double(panelParts) + ownWidth * Self.outputCost)
    let barriers = panelParts > 1 ? Double(2 * rounds - 1) * Self.barrierCost * lanes / 16 : 0
    // A few rows leave no time in which the next transformed weights can be fetched.
    let hides = form == .untransformed || blockTiles > 6
    cost = (hides ? max(products, fetched) + waits : products + fetched) + spilled + transforms + barriers

    let pixels = Double(extents.images * extents.outHeight * extents.outWidth)
    let directWeights = 4 * 9 * channels * Double(width)
    let direct = pixels * (9 * channels + Self.tileCost) * Double(width) / Double(threads) / Self.directEfficiency
    directCost = max(direct, directWeights * lanes * memoryCost)
  }

  /// The tiles of one part in one round: a block.
  func block(part: Int, round: Int, tiles: Int) -> Range<Int> {
    let own = Partition.share(part, of: tileParts, items: tiles)
    let share = Partition.share(round, of: rounds, items: own.count)
    return own.lowerBound + share.lowerBound..<own.lowerBound + share.upperBound
  }
}
