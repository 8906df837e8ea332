/// Moves labels apart that would lie on each other.
enum LabelLayout {
  /// Places at least `gap` apart and within `range` as far as they fit, in the order of `wanted` and as close to it as a
  /// single pass down and one back up gets.
  ///
  /// - Parameter wanted: Ascending.
  static func spread(_ wanted: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
    var places = wanted
    for index in places.indices {
      let least = index == 0 ? range.lowerBound : places[index - 1] + gap
      places[index] = max(places[index], least)
    }
    for index in places.indices.reversed() {
      let most = index == places.count - 1 ? range.upperBound : places[index + 1] - gap
      places[index] = min(places[index], most)
    }
    return places
  }

  /// The same, and then all moved together, as far as `range` lets them, so that they lie around what they belong to.
  static func centred(_ wanted: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
    let places = spread(wanted, gap: gap, within: range)
    guard let first = places.first, let last = places.last else { return [] }
    let shift = zip(wanted, places).map { $0 - $1 }.reduce(0, +) / Double(places.count)
    let bounded = max(min(shift, range.upperBound - last), range.lowerBound - first)
    return places.map { $0 + bounded }
  }
}
