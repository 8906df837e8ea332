import GRDB
import Testing

@testable import Store

private typealias Sample = HistorySample

/// Statements reach their rows by indexes, so that they stay fast when a history grows.
@Suite struct QueryPlanTests {
  /// The lines of SQLite's plan, for example `SEARCH result USING COVERING INDEX result_cell (cell=?)`.
  private static func plan(_ sql: String) throws -> [String] {
    try Sample.withPath { path in
      try HistoryStore(path: path, for: .writing).queue.read { database in
        // Any argument will do: a plan is made without looking at it.
        let arguments = StatementArguments(Array(repeating: 1, count: sql.count { $0 == "?" }))
        return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map {
          $0["detail"] ?? ""
        }
      }
    }
  }

  @Test func aTrendReadsOnlyItsCell() throws {
    let plan = try Self.plan(HistoryStore.pointsSQL(RecordFilter(machine: "a").condition.sql))
    #expect(plan.contains { $0.hasPrefix("SEARCH result USING COVERING INDEX result_cell (cell=?") }, "\(plan)")
    #expect(plan.contains { $0.hasPrefix("SEARCH figure USING PRIMARY KEY (result=? AND metric=?)") }, "\(plan)")
    // The rows that the limit chose are all that is gone through.
    #expect(plan.filter { $0.hasPrefix("SCAN") } == ["SCAN newest"], "\(plan)")
  }

  @Test func theMachinesOfACellAreFoundByIt() throws {
    let plan = try Self.plan(HistoryStore.machinesSQL(RecordFilter().condition.sql))
    #expect(plan.contains { $0.hasPrefix("SEARCH result USING COVERING INDEX result_cell (cell=?") }, "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
  }

  @Test func theNewestRecordsNeedNoSorting() throws {
    let plan = try Self.plan(HistoryStore.recordsSQL(RecordFilter().condition.sql))
    #expect(plan.contains { $0.hasPrefix("SCAN record USING INDEX record_created") }, "\(plan)")
    #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    #expect(plan.contains { $0.contains("USING COVERING INDEX sqlite_autoindex_result_1 (record=?)") }, "\(plan)")
  }

  @Test func aCellIsFoundBeforeItsRecords() throws {
    let plan = try Self.plan(HistoryStore.recordsSQL(RecordFilter(cell: "a").condition.sql))
    #expect(plan.contains { $0.hasPrefix("SEARCH result USING COVERING INDEX result_cell (cell=?)") }, "\(plan)")
  }

  @Test(arguments: [
    ("DELETE FROM record WHERE id = ?", "record"), ("SELECT id FROM record WHERE digest = ?", "record"),
    ("SELECT id FROM cell WHERE name = ?", "cell"), ("SELECT id FROM phrase WHERE text = ?", "phrase"),
    ("SELECT id FROM record WHERE created = ? AND suite = ? AND machine = ? ORDER BY id", "record"),
    // What removing a record cascades to.
    ("DELETE FROM result WHERE record = ?", "result"), ("DELETE FROM figure WHERE result = ?", "figure"),
  ])
  func rowsAreFoundBySearching(sql: String, table: String) throws {
    let plan = try Self.plan(sql)
    #expect(plan.contains { $0.hasPrefix("SEARCH \(table) ") } && !plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
  }
}
