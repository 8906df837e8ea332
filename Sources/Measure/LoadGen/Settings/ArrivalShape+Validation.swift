extension ArrivalShape {
  /// Refuses shapes that have no next arrival or whose times do not fit.
  ///
  /// - Parameter rate: The target rate, queries a second.
  func validate(rate: Double) throws(LoadSettingsError) {
    switch self {
    case .poisson, .constant: break
    case .burst(let size): try TestSettings.check(size, in: 1...1 << 20, "the size of a burst")
    case .ramp(let from, let to, let over):
      let most = TestSettings.Limits.factor
      try TestSettings.check(from, in: 0...most, "the factor at the ramp's start")
      try TestSettings.check(to, in: 1 / most...most, "the factor at the ramp's end")
      try TestSettings.check(over, in: 0...TestSettings.Limits.duration, "the length of the ramp", unit: " ns")
      try TestSettings.check(
        rate * to, in: TestSettings.Limits.rates, "the rate at the ramp's end", unit: " queries a second")
    case .replay(let instants):
      try TestSettings.check(instants.count, in: 1...TestSettings.Limits.instants, "the number of recorded arrivals")
      var last: Int64 = 0
      for (place, instant) in instants.enumerated() {
        guard instant >= last, instant <= TestSettings.Limits.duration else {
          throw LoadSettingsError(
            reason: "recorded arrivals must ascend from 0 to at most a year and number \(place + 1) is at \(instant) ns"
          )
        }
        last = instant
      }
    }
  }
}
