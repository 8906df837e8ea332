import Testing

@testable import LoadGen

@Suite struct EarlyStoppingOverviewTests {
  @Test func rowsReachTheQuestion() throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    let overview = try rule.overview(queries: 10_000, over: 90)
    let allowed = try #require(overview.queries?.allowedOver)
    #expect(overview.rows.map(\.over) == [0, 1, 2, 3, 4, 5, 10, 20, 50, allowed, allowed + 1, 90])
    #expect(overview.rows.first?.queries == 459)
    #expect(overview.queries?.estimate?.discarded == allowed - 1)
    let needed = try #require(rule.needed(over: 90))
    #expect(overview.over == .init(count: 90, needed: needed, missing: needed - 10_000))
  }

  @Test("A question about too much is refused, not answered with less", arguments: [-1, Int.min, Int.max])
  func range(count: Int) throws {
    let rule = try #require(EarlyStopping(percentile: 0.99))
    #expect(throws: EarlyStoppingRangeError(count: count)) { try rule.overview(queries: count) }
    #expect(throws: EarlyStoppingRangeError(count: count)) { try rule.overview(over: count) }
    let most = EarlyStopping.countLimit
    #expect(throws: EarlyStoppingRangeError(count: most)) { try rule.overview(over: most) }
    #expect(try rule.overview(queries: most).queries?.allowedOver != nil)
  }
}
