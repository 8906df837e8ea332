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
}
