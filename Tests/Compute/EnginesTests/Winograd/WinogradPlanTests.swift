import Testing

@testable import Engines

@Suite struct WinogradPlanTests {
  /// A convolution that keeps its extents, with as many channels out as in unless said.
  private static func extents(_ images: Int, _ size: Int, _ channels: Int, out: Int? = nil) -> WinogradPlan.Extents {
    WinogradPlan.Extents(
      images: images, height: size, width: size, outHeight: size, outWidth: size, channels: channels,
      outChannels: out ?? channels)
  }

  private static let avx512 = WinogradPlan.Kernel(nr: 64, lanes: 16)
  private static let avx2 = WinogradPlan.Kernel(nr: 16, lanes: 8)
  private static let generic = WinogradPlan.Kernel(nr: 8, lanes: 4)

  /// Measured with Benchmarks/micro/winograd.c: all of resnet50's layers. The transformed weights of the last one alone take
  /// longer from memory than the direct sum for one image, so that one transforms them on the way.
  @Test(arguments: [1, 2], [(56, 64), (28, 128), (14, 256), (7, 512)])
  func resnet50(threads: Int, layer: (size: Int, channels: Int)) {
    for images in [1, 8] {
      let plan = WinogradPlan(
        Self.extents(images, layer.size, layer.channels), kernel: Self.avx512, threads: threads)
      #expect(plan.refusal == nil, "\(images) images: \(plan)")
      let isLast = images == 1 && layer.size == 7
      #expect(plan.form == (isLast ? .untransformed : .transformed), "\(images) images: \(plan)")
    }
  }

  @Test func smallWorkIsLeftToTheDirectSum() {
    for kernel in [Self.avx512, Self.avx2, Self.generic] {
      // One result a tile, hardly any channels, a single pixel.
      #expect(WinogradPlan(Self.extents(1, 1, 64), kernel: kernel, threads: 1).refusal != nil)
      #expect(WinogradPlan(Self.extents(1, 56, 3, out: 8), kernel: kernel, threads: 1).refusal != nil)
      #expect(WinogradPlan(Self.extents(1, 2, 512), kernel: kernel, threads: 2).refusal != nil)
      #expect(WinogradPlan(Self.extents(1, 56, 64), kernel: kernel, threads: 1).refusal == nil)
    }
  }

  @Test func aRefusalSaysWhatIsExpected() {
    let plan = WinogradPlan(Self.extents(1, 1, 64), kernel: Self.avx512, threads: 1)
    #expect(plan.refusal?.hasPrefix("the direct sum is expected to be as fast (Winograd takes ") == true)
  }

  /// One image has tiles enough for two threads in the first layers; later they share the tiles and divide the channels,
  /// so that each reads half of the weights.
  @Test func threadsDivideTilesFirstAndChannelsLater() {
    let early = WinogradPlan(Self.extents(1, 56, 64), kernel: Self.avx512, threads: 2)
    #expect(early.tileParts == 2 && early.panelParts == 1)
    let late = WinogradPlan(Self.extents(1, 14, 256), kernel: Self.avx512, threads: 2)
    #expect(late.tileParts == 1 && late.panelParts == 2 && late.rounds == 1 && late.blockTiles == 16)
    let last = WinogradPlan(Self.extents(1, 7, 512), kernel: Self.avx512, threads: 32)
    #expect(last.tileParts == 1 && last.panelParts == 32)
  }

  @Test(arguments: [1, 2, 3, 4, 7, 16, 64, 255])
  func everyTileAndPanelHasOneThreadAndThreadsDoNotChangeResults(threads: Int) {
    for (images, size, channels) in [(1, 56, 64), (8, 28, 128), (1, 14, 256), (8, 7, 512), (1, 1, 1), (3, 5, 70)] {
      for kernel in [Self.avx512, Self.avx2, Self.generic] {
        let extents = Self.extents(images, size, channels)
        let plan = WinogradPlan(extents, kernel: kernel, threads: threads)
        #expect(plan.tileParts * plan.panelParts <= threads)
        let single = WinogradPlan(extents, kernel: kernel, threads: 1)
        #expect(plan.form == single.form && plan.refusal == single.refusal)
        var tiles: [Int] = []
        for part in 0..<plan.tileParts {
          for round in 0..<plan.rounds {
            let block = plan.block(part: part, round: round, tiles: extents.tiles)
            #expect(block.count <= plan.blockTiles)
            tiles += block
          }
        }
        #expect(tiles == Array(0..<extents.tiles))
        let panel = kernel.panel(plan.form)
        #expect(plan.panelParts <= (channels + panel - 1) / panel)
      }
    }
  }

  @Test func noWorkIsNoTrouble() {
    let plan = WinogradPlan(Self.extents(0, 8, 8, out: 0), kernel: Self.avx512, threads: 4)
    #expect(plan.block(part: 0, round: 0, tiles: 0).isEmpty)
  }
}
