import ModelGraph
import Tensors

/// RoiAlign: regions of feature maps pooled to one size from bilinear samples, without rounding coordinates.
///
/// He et al., "Mask R-CNN" (2017). In mode `max`, the standard's reference takes the greatest weighted neighbour, not
/// the greatest interpolated sample; so does this.
struct RoiAlignDefinition: OperatorDefinition {
  let names = ["RoiAlign"]

  func outputTypes(_ call: OperatorCall) throws(OperatorError) -> [TensorType] {
    let input = try call.required(0).type
    let (regions, batches) = (try call.required(1).type, try call.required(2).type)
    guard input.elementType == .float32 || input.elementType == .float64 else {
      throw .unsupported("RoiAlign of \(input.elementType.rawValue) is not supported")
    }
    try IndexReader.check(call, 2)
    guard input.shape.rank == 4, regions.elementType == input.elementType, regions.shape.rank == 2,
      input.shape[2] > 0, input.shape[3] > 0, regions.shape[1] == 4, batches.shape == [regions.shape[0]]
    else { throw .invalid("maps of \(input), regions of \(regions) and batches of \(batches) do not fit") }
    let settings = try Settings(call)
    return [
      TensorType(
        input.elementType,
        try call.shape(checking: [regions.shape[0], input.shape[1], settings.height, settings.width]))
    ]
  }

  func prepare(_ call: OperatorCall, outputs: [UnsafeMutableRawPointer]) throws(OperatorError) -> Computation {
    try outputTypes(call)[0].elementType == .float32
      ? pool(Float.self, call, outputs[0]) : pool(Double.self, call, outputs[0])
  }

  private struct Settings {
    /// Samples of a bin along one dimension; detectors take one or two.
    static let sampleLimit = 32

    let height: Int
    let width: Int
    let samples: Int
    let scale: Float
    let isMax: Bool
    let isHalfPixel: Bool

    init(_ call: OperatorCall) throws(OperatorError) {
      height = try call.int("output_height") ?? 1
      width = try call.int("output_width") ?? 1
      samples = try call.int("sampling_ratio") ?? 0
      scale = try call.float("spatial_scale") ?? 1
      guard height > 0, width > 0, samples >= 0, samples <= Self.sampleLimit else {
        throw .invalid("an output of \(height)x\(width) with \(samples) samples per bin and direction")
      }
      switch try call.string("mode") {
      case nil, "avg": isMax = false
      case "max": isMax = true
      case .some(let mode): throw .invalid("attribute mode is \(mode)")
      }
      // Before opset 16 there was no choice, and no shift by half a pixel.
      guard call.op.opset >= 16 else {
        isHalfPixel = false
        return
      }
      switch try call.string("coordinate_transformation_mode") {
      case nil, "half_pixel": isHalfPixel = true
      case "output_half_pixel": isHalfPixel = false
      case .some(let mode): throw .invalid("attribute coordinate_transformation_mode is \(mode)")
      }
    }
  }

  /// The bins of one region along one dimension.
  private struct Bins {
    let start: Double
    let size: Double
    /// Samples per bin; nil where the region is so much larger than the map that they would be absurdly many.
    let samples: Int?

    init(from start: Double, to end: Double, count: Int, extent: Int, _ settings: Settings) {
      let shift = settings.isHalfPixel ? 0.5 : 0
      self.start = start * Double(settings.scale) - shift
      let length = (end - start) * Double(settings.scale)
      size = (settings.isHalfPixel ? length : max(length, 1)) / Double(count)
      let wanted = settings.samples > 0 ? Double(settings.samples) : max(size.rounded(.up), 0)
      let isSane = settings.samples > 0 || wanted * Double(count) <= 4 * Double(extent) + 16 * Double(count)
      samples = isSane ? Int(exactly: wanted) : nil
    }

    /// The coordinate of a sample within a bin.
    func coordinate(_ bin: Int, _ sample: Int, of samples: Int) -> Double {
      start + Double(bin) * size + (Double(sample) + 0.5) * size / Double(samples)
    }
  }

  /// The two positions around a coordinate and the weight of the second one; nil where it lies outside.
  private struct Neighbours {
    let low: Int
    let high: Int
    let weight: Double

    init?(_ coordinate: Double, extent: Int) {
      guard coordinate >= -1, coordinate <= Double(extent) else { return nil }
      let inside = min(max(coordinate, 0), Double(extent - 1))
      low = Int(inside)
      high = min(low + 1, extent - 1)
      weight = inside - Double(low)
    }
  }

  private func pool<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _: Number.Type, _ call: OperatorCall, _ output: UnsafeMutableRawPointer
  ) throws(OperatorError) -> Computation {
    let (shape, settings) = (try call.shape(0), try Settings(call))
    let (batches, channels, height, width) = (shape[0], shape[1], shape[2], shape[3])
    let maps = try call.memory(0, as: Number.self)
    let regions = try call.memory(1, as: Number.self)
    let batchOf = try IndexReader(call, 2)
    let destination = output.assumingMemoryBound(to: Number.self)
    let planes = try call.shape(1)[0] * channels
    let faults = call.resources.faults
    let bins = settings.height * settings.width
    return Computation(isDivisible: true) { share in
      for plane in share.range(of: planes) {
        let (region, channel) = plane.quotientAndRemainder(dividingBy: channels)
        let corner = regions + region * 4
        let x = Bins(
          from: Double(corner[0]), to: Double(corner[2]), count: settings.width, extent: width, settings)
        let y = Bins(
          from: Double(corner[1]), to: Double(corner[3]), count: settings.height, extent: height, settings)
        let to = destination + plane * bins
        let batch = batchOf[region]
        guard let samplesX = x.samples, let samplesY = y.samples, batch >= 0, batch < batches else {
          faults.report(x.samples == nil || y.samples == nil ? .invalidOperand : .indexOutOfRange)
          to.update(repeating: 0, count: bins)
          continue
        }
        let map = maps + (batch * channels + channel) * height * width
        for bin in 0..<bins {
          let (row, column) = bin.quotientAndRemainder(dividingBy: settings.width)
          var (sum, greatest) = (0.0, -Double.infinity)
          for sampleY in 0..<samplesY {
            let across = Neighbours(y.coordinate(row, sampleY, of: samplesY), extent: height)
            for sampleX in 0..<samplesX {
              guard let v = across, let h = Neighbours(x.coordinate(column, sampleX, of: samplesX), extent: width)
              else {
                greatest = max(greatest, 0)
                continue
              }
              let a = (1 - v.weight) * (1 - h.weight) * Double(map[v.low * width + h.low])
              let b = (1 - v.weight) * h.weight * Double(map[v.low * width + h.high])
              let c = v.weight * (1 - h.weight) * Double(map[v.high * width + h.low])
              let d = v.weight * h.weight * Double(map[v.high * width + h.high])
              sum += a + b + c + d
              // Not `max` of five, which may make an array of its arguments.
              greatest = max(max(max(greatest, a), max(b, c)), d)
            }
          }
          let samples = samplesX * samplesY
          to[bin] = Number(settings.isMax ? (samples == 0 ? 0 : greatest) : sum / Double(max(samples, 1)))
        }
      }
    }
  }
}
