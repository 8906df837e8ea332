import CKernels
import Testing

/// A loop of one kind that this CPU runs.
struct PeakCase: Sendable, CustomTestStringConvertible {
  let index: Int

  static let available: [PeakCase] = {
    var count: Int32 = 0
    let loops = ckernels_peak_loops(&count)
    return (0..<Int(count)).filter { loops[$0].features & ~ckernels_cpu_features() == 0 }.map(PeakCase.init)
  }()

  var loop: ckernels_peak_loop {
    var count: Int32 = 0
    return ckernels_peak_loops(&count)[index]
  }

  var testDescription: String { "\(String(cString: loop.isa)) \(String(cString: loop.instructions))" }
}

/// A stream loop that this CPU runs.
struct StreamCase: Sendable, CustomTestStringConvertible {
  let index: Int

  static let available: [StreamCase] = {
    var count: Int32 = 0
    let loops = ckernels_stream_loops(&count)
    return (0..<Int(count)).filter { loops[$0].features & ~ckernels_cpu_features() == 0 }.map(StreamCase.init)
  }()

  var loop: ckernels_stream_loop {
    var count: Int32 = 0
    return ckernels_stream_loops(&count)[index]
  }

  var testDescription: String {
    "\(String(cString: loop.isa)) \(loop.kind.rawValue)\(loop.is_non_temporal != 0 ? " around" : "")"
  }
}

@Suite struct RooflineLoopTests {
  @Test(arguments: PeakCase.available, [0, 1, 2, 3, 1000, Int(CKERNELS_PEAK_MAX_ITERATIONS)])
  func aPeakLoopAddsUpEveryProduct(peak: PeakCase, iterations: Int) {
    let loop = peak.loop
    let products = (0..<Int(loop.elements)).map { (1 + $0 % 3) * (1 + $0 % 5) }.reduce(0, +)
    #expect(loop.run(Int64(iterations)) == Int64(iterations * Int(loop.accumulators) * products))
  }

  /// Array sizes of one block, an odd number of blocks, and more than a page.
  @Test(arguments: StreamCase.available, [512, 1536, 8192])
  func aStreamLoopReadsAndWritesEveryWord(stream: StreamCase, bytes: Int) {
    let loop = stream.loop
    let words = bytes / 4
    let passes: Int64 = 3
    // Float values that are small integers, so that sums are exact; distinct, so that none can stand for another.
    let (a, b, c) = (Aligned(words: words), Aligned(words: words), Aligned(words: words))
    for i in 0..<words {
      a.words[i] = UInt32(truncatingIfNeeded: i) &* 2_654_435_761
      b.floats[i] = Float(i + 1)
      c.floats[i] = Float(2 * i + 7)
    }
    let before = Array(UnsafeBufferPointer(start: a.words, count: words))
    let result = loop.run(a.start, b.start, c.start, bytes, passes)
    let after = Array(UnsafeBufferPointer(start: a.words, count: words))
    let lanes = Int(loop.vector_bytes) / 4
    switch loop.kind {
    case CKERNELS_STREAM_READ:
      #expect(after == before)
      let sum = before.reduce(UInt32(0)) { $0 &+ $1 }
      #expect(result == sum &* UInt32(passes))
    case CKERNELS_STREAM_WRITE:
      let blocks = words / (8 * lanes)
      #expect(Int(result) == blocks * Int(passes))
      let expected = (0..<words).map { (i: Int) -> UInt32 in
        let block = i / (8 * lanes)
        return UInt32(blocks * Int(passes - 1) + block + 1 + i % lanes)
      }
      #expect(after == expected)
    case CKERNELS_STREAM_COPY:
      let expected = (0..<words).map { b.floats[$0].bitPattern }
      #expect(after == expected)
      #expect(result == after[words - 1])
    default:
      let expected = (0..<words).map { (b.floats[$0] + 3 * c.floats[$0]).bitPattern }
      #expect(after == expected)
      #expect(result == after[words - 1])
    }
    #expect(a.isIntact && b.isIntact && c.isIntact)
  }

  @Test(arguments: StreamCase.available)
  func anEmptyArrayIsNotTouched(stream: StreamCase) {
    let a = Aligned(words: 128)
    a.words[0] = 77
    #expect(stream.loop.run(a.start, a.start, a.start, 0, 5) == 0)
    #expect(a.words[0] == 77)
  }

  @Test(arguments: [1, 2, 3, 64, 1000])
  func aChaseGoesOnceThroughEveryNode(nodes: Int) {
    let memory = Aligned(words: nodes * 16)
    ckernels_chase_link(memory.start, nodes, 7)
    var seen: Set<Int> = []
    var place = UnsafeMutableRawPointer(memory.start)
    for _ in 0..<nodes {
      seen.insert(memory.start.distance(to: place))
      place = ckernels_chase(place, 1)
    }
    #expect(place == memory.start)
    #expect(seen == Set((0..<nodes).map { $0 * 64 }))
    // Any number of steps: what one step at a time reaches.
    for steps in [0, 1, 7, 8, 9, 23, 1000] {
      var expected = UnsafeMutableRawPointer(memory.start)
      for _ in 0..<steps { expected = ckernels_chase(expected, 1) }
      #expect(ckernels_chase(memory.start, Int64(steps)) == expected)
    }
    #expect(memory.isIntact)
  }

  @Test func aChaseIsNotInOrder() {
    let nodes = 1000
    let memory = Aligned(words: nodes * 16)
    ckernels_chase_link(memory.start, nodes, 7)
    var place = UnsafeMutableRawPointer(memory.start)
    var neighbours = 0
    for _ in 0..<nodes {
      let next = ckernels_chase(place, 1)
      if abs(place.distance(to: next)) == 64 { neighbours += 1 }
      place = next
    }
    // Two in a random cycle of 1,000 on average.
    #expect(neighbours < 20)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 1000] as [Int64])
  func everyDependentAdditionHappens(steps: Int64) {
    #expect(ckernels_dependent_adds(steps, 3) == UInt64(steps) * 3)
  }
}

/// Words aligned to 64 bytes, with a pattern behind them that nobody may change.
private final class Aligned {
  let start: UnsafeMutableRawPointer
  private let bytes: Int

  init(words count: Int) {
    bytes = count * 4
    start = .allocate(byteCount: bytes + 64, alignment: 64)
    start.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    (start + bytes).initializeMemory(as: UInt8.self, repeating: 0xA5, count: 64)
  }

  deinit { start.deallocate() }

  var words: UnsafeMutablePointer<UInt32> { start.assumingMemoryBound(to: UInt32.self) }
  var floats: UnsafeMutablePointer<Float> { start.assumingMemoryBound(to: Float.self) }
  var isIntact: Bool { (bytes..<(bytes + 64)).allSatisfy { start.load(fromByteOffset: $0, as: UInt8.self) == 0xA5 } }
}
