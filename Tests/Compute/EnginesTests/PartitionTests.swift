import Testing

@testable import Engines

@Suite struct PartitionTests {
  @Test(arguments: [0, 1, 2, 15, 16, 17, 1000], [1, 2, 3, 16, 256])
  func sharesCoverAllItemsOnceAndDifferByAtMostOne(items: Int, parts: Int) {
    let shares = (0..<parts).map { Partition.share($0, of: parts, items: items) }
    #expect(shares.flatMap { Array($0) } == Array(0..<items))
    let sizes = shares.map(\.count)
    #expect(sizes.max()! - sizes.min()! <= 1)
  }

  @Test(
    arguments: [(1, 1000), (64, 12544), (512, 49), (384, 768), (7, 7), (2048, 49), (3136, 64)],
    [1, 2, 3, 7, 64, 256])
  func tilesCoverTheResultOnce(extents: (Int, Int), threads: Int) {
    let (m, n) = extents
    let grid = Partition.grid(threads: threads, m: m, n: n, granularity: 16)
    #expect(grid.rows * grid.columns <= threads)
    var hits = [Int](repeating: 0, count: m * n)
    for thread in 0..<threads {
      let tile = grid.tile(thread, rows: m, columns: n, granularity: 16)
      for row in tile.rows { for column in tile.columns { hits[row * n + column] += 1 } }
    }
    #expect(hits.allSatisfy { $0 == 1 })
  }

  @Test func theLargerExtentIsDivided() {
    #expect(Partition.grid(threads: 2, m: 64, n: 12544, granularity: 16) == Partition.Grid(rows: 1, columns: 2))
    #expect(Partition.grid(threads: 2, m: 2048, n: 49, granularity: 16) == Partition.Grid(rows: 2, columns: 1))
  }
}
