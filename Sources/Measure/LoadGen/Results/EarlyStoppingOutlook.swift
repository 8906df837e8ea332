/// How a test would go on.
enum EarlyStoppingOutlook {
  /// How probable it is that at least `over` of `count` queries are over-latency where the share of them is just small enough:
  /// how far chance explains what was seen. Queries that wait for each other are late together, which makes it more probable.
  static func chance(_ rule: EarlyStopping, count: Int, over: Int) -> Double? {
    guard over >= 1, over <= count, let fewer = rule.tail(under: count - over + 1, over: over - 1) else { return nil }
    return min(max(1 - fewer, 0), 1)
  }

  /// How many more queries would satisfy the rule if over-latency ones went on to come at the share seen so far, rounded up
  /// to whole queries; nil where the share is too large for any number up to ``EarlyStopping/countLimit``.
  static func moreQueries(_ rule: EarlyStopping, count: Int, over: Int) -> Int? {
    guard count >= 0, over >= 0, over <= count, count < EarlyStopping.countLimit else { return nil }
    let share = count > 0 ? Double(over) / Double(count) : 0
    guard share < 1 - rule.percentile + rule.tolerance else { return nil }
    func isEnough(_ total: Int) -> Bool {
      let expected = max(Double(over), (share * Double(total)).rounded(.up))
      guard let allowed = rule.allowedOver(of: total) else { return false }
      return expected <= Double(allowed)
    }
    // Doubling, then halving: what is allowed grows faster than what is expected, but for steps of one query.
    var (low, high) = (count, max(count, 1))
    while !isEnough(high) {
      guard high < EarlyStopping.countLimit else { return nil }
      (low, high) = (high, min(high * 2, EarlyStopping.countLimit))
    }
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high - count
  }
}
