/// How the results of grouped matrix products are cut into independent tiles.
struct Tiling {
  /// Products of the same extents, each cut alike.
  let products: Int
  let rows: Int
  let columns: Int
  /// Rows of a tile; the last tile may have fewer.
  let tileRows: Int
  /// Columns of a tile; the last tile may have fewer.
  let tileColumns: Int

  private var rowTiles: Int { Self.parts(rows, tileRows) }
  private var columnTiles: Int { Self.parts(columns, tileColumns) }

  /// All tiles.
  var count: Int { products * rowTiles * columnTiles }

  /// Cuts columns so that a tile's operand of `depth` rows stays in the second-level cache, and further where there
  /// would be fewer tiles than shares.
  init(products: Int, rows: Int, columns: Int, depth: Int, shares: Int) {
    self.products = products
    self.rows = rows
    self.columns = columns
    let cached = min(max(Self.cachedElements / max(depth, 1) / 16 * 16, 16), 512)
    let fairColumns = products < shares ? Self.parts(columns, Self.parts(shares, max(products, 1))) : columns
    tileColumns = max(1, min(columns, cached, max(fairColumns, 64)))
    let tiles = products * Self.parts(columns, tileColumns)
    let fairRows = tiles < shares ? Self.parts(rows, Self.parts(shares, max(tiles, 1))) : rows
    tileRows = max(1, min(rows, max(fairRows, 16)))
  }

  /// Cuts no more than needed for every share to get a tile.
  init(products: Int, rows: Int, columns: Int, shares: Int) {
    self.products = products
    self.rows = rows
    self.columns = columns
    let parts = products < shares ? Self.parts(shares, max(products, 1)) : 1
    // Whole vectors, and neighbours do not write to the same cache line.
    tileRows = rows > columns ? max(1, Self.parts(rows, parts)) : max(rows, 1)
    tileColumns = rows > columns ? max(columns, 1) : max(1, Self.parts(Self.parts(columns, parts), 16) * 16)
  }

  /// The tile at a position of the list.
  func tile(_ index: Int) -> (product: Int, rows: Range<Int>, columns: Range<Int>) {
    let (rest, column) = index.quotientAndRemainder(dividingBy: columnTiles)
    let (product, row) = rest.quotientAndRemainder(dividingBy: rowTiles)
    return (
      product, row * tileRows..<min((row + 1) * tileRows, rows),
      column * tileColumns..<min((column + 1) * tileColumns, columns)
    )
  }

  /// 1 MB of floats.
  static let cachedElements = 1 << 18

  private static func parts(_ whole: Int, _ part: Int) -> Int { part > 0 && whole > 0 ? (whole - 1) / part + 1 : 0 }
}
