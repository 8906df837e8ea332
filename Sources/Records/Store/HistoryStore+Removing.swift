import GRDB

extension HistoryStore {
  /// Removes records with all of their figures, and the machines and cells that no record has any more.
  ///
  /// - Returns: how many of the numbers were there.
  /// - Throws: ``StoreError``; then nothing was removed.
  public func remove(_ numbers: [Int64]) throws(StoreError) -> Int {
    try told {
      try queue.write { database in
        var count = 0
        for number in numbers {
          try database.execute(sql: "DELETE FROM record WHERE id = ?", arguments: [number])
          count += database.changesCount
        }
        try database.execute(
          sql: """
            DELETE FROM machine WHERE NOT EXISTS (SELECT 1 FROM record WHERE record.machine = machine.id);
            DELETE FROM cell WHERE NOT EXISTS (SELECT 1 FROM result WHERE result.cell = cell.id);
            """)
        return count
      }
    }
  }
}
