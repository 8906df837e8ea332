import ModelGraph

/// What Resize does, apart from extents: from which positions each result is made, and with which weights.
struct ResizeMethod {
  enum Mode: String { case nearest, linear, cubic }
  enum Transformation: String {
    case halfPixel = "half_pixel", halfPixelSymmetric = "half_pixel_symmetric", asymmetric
    case pytorchHalfPixel = "pytorch_half_pixel", alignCorners = "align_corners"
    case tfHalfPixelForNN = "tf_half_pixel_for_nn", tfCropAndResize = "tf_crop_and_resize"
  }
  enum Rounding: String {
    case preferFloor = "round_prefer_floor", preferCeil = "round_prefer_ceil", floor, ceil
    /// Before opset 11: down to enlarge, up to shrink.
    case byScale
  }

  /// Source positions of all results along one dimension: 1 GB of plan.
  private static let tapLimit = 0x1p26

  let mode: Mode
  var transformation = Transformation.asymmetric
  private var rounding = Rounding.byScale
  private var cubicCoefficient = -0.75
  private var excludesOutside = false
  private var antialiases = false
  private(set) var extrapolation: Float = 0

  init(_ call: OperatorCall) throws(OperatorError) {
    let name = try call.string("mode") ?? "nearest"
    guard let mode = Mode(rawValue: name), mode != .cubic || call.op.opset >= 11 else {
      throw .invalid("attribute mode is \(name)")
    }
    self.mode = mode
    guard call.op.name == "Resize", call.op.opset >= 11 else { return }
    transformation = try Self.choice(call, "coordinate_transformation_mode", .halfPixel)
    rounding = try Self.choice(call, "nearest_mode", .preferFloor)
    cubicCoefficient = Double(try call.float("cubic_coeff_a") ?? -0.75)
    excludesOutside = try call.isOn("exclude_outside")
    extrapolation = try call.float("extrapolation_value") ?? 0
    antialiases = call.op.opset >= 18 ? try call.isOn("antialias") : false
    guard rounding != .byScale,
      transformation != .halfPixelSymmetric || call.op.opset >= 19
    else { throw .invalid("a mode is not part of opset \(call.op.opset)") }
    // ONNX Runtime refuses it too. The region moves the scale away from the extents, which alone bound a filter's width.
    guard !antialiases || transformation != .tfCropAndResize else {
      throw .unsupported("antialiasing with tf_crop_and_resize is not supported")
    }
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ call: OperatorCall, _ name: String, _ standard: Choice
  ) throws(OperatorError) -> Choice {
    guard let value = try call.string(name) else { return standard }
    guard let choice = Choice(rawValue: value) else { throw .invalid("attribute \(name) is \(value)") }
    return choice
  }

  /// The source position of each result along a dimension; -1 where it lies outside a cropped region's source.
  func nearest(_ axis: ResizeAxis) throws(OperatorError) -> [Int] {
    var positions: [Int] = []
    positions.reserveCapacity(axis.output)
    for index in 0..<axis.output {
      let x = try coordinate(index, axis)
      let rounded =
        switch rounding {
        case .preferFloor: (x - 0.5).rounded(.up)
        case .preferCeil: (x + 0.5).rounded(.down)
        case .floor: x.rounded(.down)
        case .ceil: x.rounded(.up)
        case .byScale: x.rounded(axis.scale < 1 ? .up : .down)
        }
      positions.append(isOutside(x, axis) ? -1 : min(max(Int(rounded), 0), axis.input - 1))
    }
    return positions
  }

  /// An antialiasing filter is as wide in results as the plain one is in source positions.
  private func stretch(_ axis: ResizeAxis) -> Double { antialiases ? min(Double(axis.scale), 1) : 1 }

  /// The number of source positions that each result along a dimension is made of.
  func width(_ axis: ResizeAxis) throws(OperatorError) -> Int {
    let reach = (mode == .linear ? 1 : 2) / stretch(axis)
    let width = 2 * reach.rounded(.up)
    // The plan is held in memory, and may be far larger than the result.
    guard Double(axis.output) * width <= Self.tapLimit else {
      throw .unsupported("interpolation of an extent to \(axis.output) is not supported")
    }
    return Int(width)
  }

  /// The source positions and weights of each result along a dimension.
  func taps(_ axis: ResizeAxis) throws(OperatorError) -> SeparableResampling.Axis {
    let (stretch, width) = (stretch(axis), try width(axis))
    let first = 1 - width / 2
    var positions: [Int] = []
    var weights: [Double] = []
    positions.reserveCapacity(axis.output * width)
    weights.reserveCapacity(axis.output * width)
    for index in 0..<axis.output {
      let x = try coordinate(index, axis)
      guard !isOutside(x, axis) else {
        positions += [Int](repeating: -1, count: width)
        weights += [Double](repeating: 0, count: width)
        continue
      }
      // An integral coordinate counts as the end of the interval before it; only visible in antialiasing filters.
      let base = Int(x.rounded(.up)) - 1
      let ratio = Double(x - Float(base))
      var own = (first..<(first + width)).map { weight(at: (Double($0) - ratio) * stretch) }
      if excludesOutside {
        for tap in own.indices where base + first + tap < 0 || base + first + tap >= axis.input { own[tap] = 0 }
      }
      let sum = antialiases || excludesOutside ? own.reduce(0, +) : 1
      for tap in own.indices {
        positions.append(min(max(base + first + tap, 0), axis.input - 1))
        weights.append(sum == 0 ? own[tap] : own[tap] / sum)
      }
    }
    return .taps(width: width, positions: positions, weights: weights)
  }

  /// The interpolation kernel; the cubic one is Keys' convolution kernel (1981).
  private func weight(at distance: Double) -> Double {
    let (x, a) = (abs(distance), cubicCoefficient)
    if mode == .linear { return max(1 - x, 0) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }

  private func isOutside(_ x: Float, _ axis: ResizeAxis) -> Bool {
    transformation == .tfCropAndResize && (x < 0 || x > Float(axis.input - 1))
  }

  /// The source coordinate of a result, in FP32 as runtimes compute it, so that ties fall alike.
  private func coordinate(_ index: Int, _ axis: ResizeAxis) throws(OperatorError) -> Float {
    let (i, scale, input, output) = (Float(index), axis.scale, Float(axis.input), Float(axis.output))
    let x: Float
    switch transformation {
    case .halfPixel: x = (i + 0.5) / scale - 0.5
    case .pytorchHalfPixel: x = axis.output > 1 ? (i + 0.5) / scale - 0.5 : 0
    case .halfPixelSymmetric:
      x = input / 2 * (1 - output / (scale * input)) + (i + 0.5) / scale - 0.5
    case .asymmetric: x = i / scale
    case .alignCorners: x = axis.output > 1 ? i * (input - 1) / (output - 1) : 0
    case .tfHalfPixelForNN: x = (i + 0.5) / scale
    case .tfCropAndResize:
      let (start, end) = axis.roi
      x =
        axis.output > 1
        ? start * (input - 1) + i * (end - start) * (input - 1) / (output - 1) : 0.5 * (start + end) * (input - 1)
    }
    guard x.isFinite else { throw .invalid("a scale or region gives a coordinate that is not finite") }
    return min(max(x, -0x1p60), 0x1p60)
  }
}
