/// A convolution by definition, over as many dimensions as there are: for every result a sum over every tap.
struct NaiveConvolution {
  let image: [Int]
  let weights: [Int]
  let groups: Int
  let strides: [Int]
  let dilations: [Int]
  let pads: [Int]

  /// The output's extents.
  var result: [Int] {
    [image[0], weights[0]]
      + strides.indices.map { axis in
        let room =
          image[axis + 2] + pads[axis] + pads[axis + strides.count] - (weights[axis + 2] - 1) * dilations[axis] - 1
        return room / strides[axis] + 1
      }
  }

  func sums(_ x: [Double], _ w: [Double], bias: [Double]?) -> [Double] {
    var y = (0..<result.reduce(1, *)).map { bias?[position($0, result)[1]] ?? 0 }
    forEachTerm { y[$0] += x[$1] * w[$2] }
    return y
  }

  /// The transposed convolution of `y`, shaped like ``result``, to an image.
  func transposed(_ y: [Double], _ w: [Double], bias: [Double]?) -> [Double] {
    var x = (0..<image.reduce(1, *)).map { bias?[position($0, image)[1]] ?? 0 }
    forEachTerm { x[$1] += y[$0] * w[$2] }
    return x
  }

  /// Calls `body` with the places of each result, input and weight that belong together.
  private func forEachTerm(_ body: (Int, Int, Int) -> Void) {
    let (groupInputs, groupOutputs) = (image[1] / groups, weights[0] / groups)
    for index in 0..<result.reduce(1, *) {
      let output = position(index, result)
      for tap in 0..<weights.dropFirst().reduce(1, *) {
        let kernel = position(tap, Array(weights.dropFirst()))
        var input = [output[0], output[1] / max(groupOutputs, 1) * groupInputs + kernel[0]]
        for axis in strides.indices {
          input.append(output[axis + 2] * strides[axis] - pads[axis] + kernel[axis + 1] * dilations[axis])
        }
        guard zip(input, image).allSatisfy({ $0 >= 0 && $0 < $1 }) else { continue }
        let place = zip(input, image).reduce(0) { $0 * $1.1 + $1.0 }
        body(index, place, output[1] * weights.dropFirst().reduce(1, *) + tap)
      }
    }
  }

  private func position(_ index: Int, _ extents: [Int]) -> [Int] {
    var (rest, position) = (index, [Int](repeating: 0, count: extents.count))
    for axis in extents.indices.reversed() {
      (rest, position[axis]) = rest.quotientAndRemainder(dividingBy: extents[axis])
    }
    return position
  }
}
