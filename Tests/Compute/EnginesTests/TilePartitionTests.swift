import Testing
import Topology

@testable import Engines

@Suite struct TilePartitionTests {
  typealias Product = TilePartition.Product

  private static func product(
    _ rows: Int, _ columns: Int, mr: Int = 6, nr: Int = 64, lanes: Int = 16, steps: Int = 64, elementSize: Int = 4
  ) -> Product {
    Product(
      rows: rows, columns: columns, mr: mr, nr: nr, lanes: lanes, steps: steps, sourceBytesPerRow: steps * 4,
      elementSize: elementSize, pitch: columns * elementSize)
  }

  /// Products of resnet50 and bert-base, and extents around tiles; AVX-512 and AVX2 tiles; FP32, BF16 and u8 results.
  static let products: [Product] = [
    product(12544, 64, steps: 147), product(3136, 256), product(784, 512, steps: 1152), product(49, 2048, steps: 512),
    product(49, 512, steps: 4608), product(1, 1000, steps: 2048), product(384, 768, steps: 768),
    product(384, 3072, steps: 768), product(128, 2304, steps: 768), product(1, 1), product(6, 64), product(7, 65),
    product(5, 63), product(13, 129), product(97, 1000, elementSize: 1), product(100, 33, elementSize: 2),
    product(384, 768, mr: 6, nr: 16, lanes: 8), product(784, 512, mr: 4, nr: 16, lanes: 8, elementSize: 1),
    product(64, 24, mr: 4, nr: 8, lanes: 4),
  ]

  static let threads = [1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 32, 64, 96, 128, 255, 256]

  @Test(arguments: products)
  func blocksCoverTheResultOnce(product: Product) {
    for threads in Self.threads {
      let blocks = TilePartition(product, threads: threads).blocks
      #expect(blocks.count == threads)
      // A difference array: +1 where a block's rows begin in a panel, -1 where they end.
      var changes = [[Int]](repeating: [Int](repeating: 0, count: product.rows + 1), count: product.panelCount)
      for block in blocks {
        for panel in block.panels {
          changes[panel][block.rows.lowerBound] += 1
          changes[panel][block.rows.upperBound] -= 1
        }
      }
      let isCoveredOnce = changes.allSatisfy { panel in
        var depth = 0
        return panel.dropLast().allSatisfy {
          depth += $0; return depth == 1
        }
      }
      #expect(isCoveredOnce, "\(threads) threads")
    }
  }

  @Test(arguments: products)
  func nobodyIsIdleWhileAnotherHasTwoTiles(product: Product) {
    for threads in Self.threads {
      let blocks = TilePartition(product, threads: threads).blocks
      guard blocks.contains(where: \.isEmpty) else { continue }
      for block in blocks {
        #expect(block.rows.count <= product.mr && block.panels.count <= 1, "\(threads) threads: \(block)")
      }
    }
  }

  /// Threads of one cache line's worth of results would wait for each other.
  @Test(arguments: products)
  func blocksEndAtCacheLines(product: Product) {
    for threads in Self.threads {
      let units = product.units(threads: threads)
      let isClean = units.row * product.pitch % 64 == 0 && units.panel * product.nr * product.elementSize % 64 == 0
      // Otherwise lines are shared because threads would have nothing to do.
      guard isClean, product.pitch % 64 == 0 || product.rows == 1 else { continue }
      var writers: [Int: Int] = [:]
      for (thread, block) in TilePartition(product, threads: threads).blocks.enumerated() where !block.isEmpty {
        let first = block.panels.lowerBound * product.nr * product.elementSize
        let end = min(block.panels.upperBound * product.nr, product.columns) * product.elementSize
        for row in [block.rows.lowerBound, block.rows.upperBound - 1] {
          for line in (row * product.pitch + first) / 64...(row * product.pitch + end - 1) / 64 {
            #expect(writers[line, default: thread] == thread, "\(threads) threads, line \(line)")
            writers[line] = thread
          }
        }
      }
    }
  }

  @Test func unitsAreTheLeastThatEndWithALine() {
    // 1000 floats are 62.5 lines; a panel of 64 floats is four.
    let units = Self.product(100, 1000).units(threads: 2)
    #expect((units.row, units.rowCount, units.panel, units.panelCount) == (2, 50, 1, 16))
    // 512 bytes a row; panels of 16 bytes.
    let bytes = Self.product(784, 512, nr: 16, lanes: 8, elementSize: 1).units(threads: 64)
    #expect((bytes.row, bytes.rowCount, bytes.panel, bytes.panelCount) == (1, 784, 4, 8))
    // One row of 16 panels of 16 bytes: four lines, for eight threads too few.
    let few = Self.product(1, 256, nr: 16, lanes: 8, elementSize: 1)
    #expect((few.units(threads: 4).panel, few.units(threads: 8).panel) == (4, 1))
  }

  @Test(arguments: [
    // (rows, columns, threads, (row parts, panel parts) of the grid)
    (12544, 64, 2, (2, 1)), (12544, 64, 256, (256, 1)), (1, 1024, 4, (1, 4)), (49, 2048, 2, (1, 2)),
  ])
  func gridsAreWhatTheyShouldBe(rows: Int, columns: Int, threads: Int, grid: (Int, Int)) {
    let blocks = TilePartition(Self.product(rows, columns, steps: 512), threads: threads).blocks
    #expect(Set(blocks.map(\.rows)).count == grid.0)
    #expect(Set(blocks.map(\.panels)).count == grid.1)
  }

  /// Seven threads on 3 x 3 tiles are no grid; two groups of two tiles a thread and one of three threads are best.
  @Test func groupsNeedNotHaveEquallyManyThreads() {
    let blocks = TilePartition(Self.product(3, 192, mr: 1, steps: 512), threads: 7).blocks
    #expect(blocks.map { $0.rows.count * $0.panels.count } == [1, 1, 1, 2, 1, 2, 1])
  }

  @Test func nothingIsDividedIntoNothing() {
    #expect(TilePartition(Self.product(0, 64), threads: 3).blocks == [.none, .none, .none])
    #expect(TilePartition(Self.product(64, 0), threads: 1).blocks == [.none])
    #expect(TilePartition(Self.product(64, 64), threads: 0).blocks.count == 1)
  }

  /// What 256 PUs gain by the cost model on products of bert-base at 384 tokens and resnet50's last stage, against one: the
  /// partition is shown, not the time.
  @Test func aMachineWith256PUsIsUsed() throws {
    let machine = try Topology.discover(source: .synthetic("pack:2 numa:4 core:16 pu:2"))
    #expect(machine.allowedPUs.count == 256)
    for product in [Self.product(384, 3072, steps: 768), Self.product(384, 768, steps: 3072), Self.product(784, 256)] {
      let partition = TilePartition(product, threads: machine.allowedPUs.count)
      let slowest = partition.blocks.map(product.cycles).max() ?? 0
      let single = product.cycles(TilePartition(product, threads: 1).blocks[0])
      #expect(partition.blocks.allSatisfy { !$0.isEmpty })
      // Each thread computes 1/256 but reads its whole panels; rounded up to whole rows and panels that is the loss.
      #expect(single / slowest > 60, "\(single / slowest)")
    }
  }
}
