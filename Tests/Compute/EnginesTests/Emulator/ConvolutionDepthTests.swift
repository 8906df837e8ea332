import ModelGraph
import NumericFormats
import Tensors
import Testing

@testable import Engines

/// Convolutions against sums written down from docs/contracts/README.md: the order of products, and where pairs, fours, 32s
/// and the blocks that share scales begin anew.
@Suite struct ConvolutionDepthTests {
  /// Where groups of products begin anew.
  enum Restart { case row, position }

  struct Sample: CustomTestStringConvertible {
    let window: WindowCase
    /// Where fours of u8 do.
    let u8: Restart
    /// Where pairs and 32s of BF16 do.
    let bf16: Restart

    init(_ window: WindowCase, u8: Restart, bf16: Restart) { (self.window, self.u8, self.bf16) = (window, u8, bf16) }

    var testDescription: String { window.testDescription }

    func restart(_ contract: NumericsContract) -> Restart {
      switch contract.accumulation {
      case .s16SaturatingPairs: u8
      case .fp32OddEvenPairs, .fp32OddEvenTiles: bf16
      default: .position
      }
    }
  }

  static let samples = [
    Sample(WindowCase(source: [2, 3, 6, 5], out: 4, kernel: [3, 3], padding: .init(1)), u8: .row, bf16: .row),
    Sample(
      WindowCase(source: [1, 3, 9, 9], out: 4, kernel: [7, 7], stride: .init(2, 2), padding: .init(3)), u8: .row,
      bf16: .row),
    // Dilation counts along a row of the window alone.
    Sample(
      WindowCase(source: [1, 5, 9, 9], out: 4, kernel: [3, 3], dilation: .init(2, 1), padding: .init(1)), u8: .row,
      bf16: .row),
    Sample(
      WindowCase(source: [1, 5, 9, 9], out: 4, kernel: [3, 3], dilation: .init(1, 2), padding: .init(1)), u8: .position,
      bf16: .position),
    Sample(
      WindowCase(source: [1, 6, 7, 7], out: 4, kernel: [3, 3], padding: .init(1), groups: 2), u8: .position,
      bf16: .position),
    Sample(
      WindowCase(source: [1, 5, 7, 7], out: 5, kernel: [3, 3], padding: .init(1), groups: 5), u8: .position,
      bf16: .position),
    // 64 bytes of channels: 64 of u8, 32 of BF16.
    Sample(WindowCase(source: [1, 31, 4, 4], out: 3, kernel: [3, 3], padding: .init(1)), u8: .row, bf16: .row),
    Sample(WindowCase(source: [1, 33, 4, 4], out: 3, kernel: [3, 3], padding: .init(1)), u8: .row, bf16: .position),
    Sample(WindowCase(source: [1, 63, 4, 4], out: 3, kernel: [3, 3], padding: .init(1)), u8: .row, bf16: .position),
    Sample(
      WindowCase(source: [1, 65, 4, 4], out: 3, kernel: [3, 3], padding: .init(1)), u8: .position, bf16: .position),
    // Windows reach over 50 x 50 pixels of an image of 10 x 10.
    Sample(
      WindowCase(source: [1, 3, 10, 10], out: 2, kernel: [3, 3], padding: .init(20)), u8: .position, bf16: .position),
  ]

  static let contracts: [NumericsContract] = [
    .u8s8MADDUBS, .vdpbf16ps, .tdpbf16ps, .mxfp8E4M3, .mxint8, .w4FP32Acc,
  ]

  /// The u8 that zero is, and what padding holds.
  private static let zeroPoint = 100

  @Test(arguments: samples, contracts) func sumsFollowTheDescription(sample: Sample, contract: NumericsContract) throws
  {
    let graph = try sample.window.graph()
    let isInteger = contract.accumulation.isInteger
    let parameters = try ParameterStore(graph.parameters) { info, values in
      guard info.role == .weights else { return values.update(repeating: 0) }
      var stream = Stream(state: 7)
      let row = values.count / info.shape[0]
      for index in values.indices {
        // The greatest of each channel makes its scale 1.
        values[index] = isInteger ? (index % row == 0 ? 127 : Float(stream.next(255)) - 127) : stream.float()
      }
    }
    let range = try #require(ValueRange(least: -100, greatest: 155))
    let model = try ExecutableModel(
      graph: graph, parameters: parameters, engine: EmulatorEngine(), numerics: NumericsAssignment(contract),
      calibration: Calibration(ranges: ["source": range], samples: 1), team: ThreadTeam(unpinnedThreads: 2))
    var stream = Stream(state: 3)
    let input = model.inputs[0].bindMemory(to: Float.self)
    for index in input.indices {
      input[index] = isInteger ? Float(stream.next(256) - Self.zeroPoint) : stream.float()
    }
    model.run()
    let sums = Sums(
      window: sample.window, output: graph[graph.outputs[0]].shape, contract: contract, source: Array(input),
      weights: Array(parameters[ParameterID(index: 0)]), zeroPoint: isInteger ? Self.zeroPoint : 0)
    let expected = sums.all(sample.restart(contract))
    #expect(withExtendedLifetime(model) { Array(model.outputs[0]) } == expected)
    // The sample shows the difference. Chains have none, and sums of MXINT8 are often exact: it shows where scales begin.
    guard contract.accumulation != .fp32Chain, contract != .mxint8 else { return }
    #expect(sums.all(sample.restart(contract) == .row ? .position : .row) != expected)
  }

  /// Small numbers from a linear congruential generator.
  private struct Stream {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }

    /// A number of three significant bits, 2^-13 to 1.75 in magnitude, which BF16 holds and E4M3 too, whichever of them
    /// share a scale.
    mutating func float() -> Float {
      let magnitude = Float(4 + next(4)) / 4
      return Float(sign: next(2) == 0 ? .plus : .minus, exponent: -next(14), significand: magnitude)
    }
  }

  /// Every result as the contract defines it.
  private struct Sums {
    let window: WindowCase
    let output: Shape
    let contract: NumericsContract
    let source: [Float]
    let weights: [Float]
    let zeroPoint: Int

    func all(_ restart: Restart) -> [Float] {
      var results: [Float] = []
      for image in 0..<output[0] {
        for channel in 0..<output[1] {
          for y in 0..<output[2] {
            for x in 0..<output[3] {
              var sum: Float = 0
              for products in depth(image, channel, y, x, restart) { add(products, to: &sum) }
              results.append(sum)
            }
          }
        }
      }
      return results
    }

    /// The pairs of a result in their order, those that are grouped together in one array.
    private func depth(_ image: Int, _ channel: Int, _ y: Int, _ x: Int, _ restart: Restart) -> [[(Float, Float)]] {
      let (channels, height, width) = (window.source[1], window.source[2], window.source[3])
      let depth = channels / window.groups
      let first = channel / (window.out / window.groups) * depth
      var groups: [[(Float, Float)]] = []
      for ky in 0..<window.kernel[0] {
        for kx in 0..<window.kernel[1] {
          let row = y * window.stride.height - window.padding.top + ky * window.dilation.height
          let column = x * window.stride.width - window.padding.left + kx * window.dilation.width
          let isInside = (0..<height).contains(row) && (0..<width).contains(column)
          let left = (0..<depth).map { c in
            isInside ? source[((image * channels + first + c) * height + row) * width + column] : 0
          }
          let right = (0..<depth).map { c in
            weights[((channel * depth + c) * window.kernel[0] + ky) * window.kernel[1] + kx]
          }
          let products = Array(zip(stored(left, contract.left), stored(right, contract.right)))
          if restart == .position || kx == 0 { groups.append([]) }
          groups[groups.count - 1] += products
        }
      }
      return groups
    }

    /// What is stored of one position's channels, of which 32 share a scale.
    private func stored(_ values: [Float], _ format: OperandFormat) -> [Float] {
      switch (format.scaling, format.conversion.element) {
      case (.block, .fixedPoint):
        return inBlocks(values) { block, greatest in
          let scale = Float(sign: .plus, exponent: Int(greatest.exponent), significand: 1)
          return block.map { ($0 / scale * 64).rounded(.toNearestOrEven) / 64 * scale }
        }
      case (.group, _):
        return inBlocks(values) { block, greatest in
          let scale = greatest / 7
          return block.map { min(max(($0 * (1 / scale)).rounded(.toNearestOrEven), -7), 7) * scale }
        }
      case (_, .unsigned): return values.map { $0 + Float(zeroPoint) }
      default: return values
      }
    }

    private func inBlocks(_ values: [Float], _ body: (ArraySlice<Float>, Float) -> [Float]) -> [Float] {
      stride(from: 0, to: values.count, by: 32).flatMap { start in
        let block = values[start..<min(start + 32, values.count)]
        let greatest = block.lazy.map(abs).max() ?? 0
        return greatest > 0 ? body(block, greatest) : Array(block)
      }
    }

    private func add(_ products: [(Float, Float)], to sum: inout Float) {
      switch contract.accumulation {
      case .s16SaturatingPairs:
        let integers = products.map { (Int($0), Int($1)) }
        for start in stride(from: 0, to: integers.count, by: 2) {
          let pair = integers[start..<min(start + 2, integers.count)].reduce(0) { $0 + $1.0 * $1.1 }
          // All partial sums are integers that FP32 holds.
          sum += Float(min(max(pair, -32768), 32767))
        }
        sum -= Float(integers.reduce(0) { $0 + zeroPoint * $1.1 })
      case .fp32OddEvenPairs:
        for start in stride(from: 0, to: products.count, by: 2) {
          if start + 1 < products.count { sum.addProduct(products[start + 1].0, products[start + 1].1) }
          sum.addProduct(products[start].0, products[start].1)
        }
      case .fp32OddEvenTiles:
        for start in stride(from: 0, to: products.count, by: 32) {
          var (even, odd) = (Float(0), Float(0))
          for index in start..<min(start + 32, products.count) {
            if index % 2 == 0 {
              even.addProduct(products[index].0, products[index].1)
            } else {
              odd.addProduct(products[index].0, products[index].1)
            }
          }
          sum += even + odd
        }
      case .fp32Blocks:
        for start in stride(from: 0, to: products.count, by: 32) {
          var block: Float = 0
          for index in start..<min(start + 32, products.count) {
            block.addProduct(products[index].0, products[index].1)
          }
          sum += block
        }
      default: for (left, right) in products { sum.addProduct(left, right) }
      }
    }
  }
}
