import ModelGraph
import Testing

@testable import Workloads

@Suite struct ResNetWorkloadTests {
  /// The real network: no layer's outputs vanish, grow or lose their zeros, and classes differ between images.
  @Test func keepsActivationsWellDistributed() throws {
    let runner = try WorkloadRunner(ResNetWorkload.resnet50)
    var classes: Set<Int> = []
    var checked: Set<String> = []
    for index in 0..<32 {
      let logits = try runner.run(index) { node, values in
        // Statistics of a few samples say as much as those of all, in a tenth of the time.
        guard index < 3, case .convolution(let convolution) = node.op else { return }
        let deviation = WorkloadRunner.deviation(values)
        #expect((0.1...10).contains(deviation), "\(node.name) has deviation \(deviation)")
        if convolution.activation == .relu {
          let zeros = Double(values.count { $0 == 0 }) / Double(values.count)
          #expect((0.2...0.8).contains(zeros), "\(node.name) has a share of zeros of \(zeros)")
        }
        checked.insert(node.name)
      }
      classes.insert(logits.indices.max { logits[$0] < logits[$1] } ?? -1)
    }
    #expect(checked.count == 53)
    #expect(classes.count >= 8, "32 images get only the classes \(classes.sorted())")
  }

  @Test func samplesDifferBetweenIndicesAndSets() throws {
    let workload = ResNetWorkload.small
    #expect(workload.sampleCount(in: .evaluation) == 64)
    #expect(workload.sampleCount(in: .calibration) == 256)
    let samples = try [(0, SampleSet.evaluation), (1, .evaluation), (63, .evaluation), (0, .calibration)].map {
      try WorkloadRunner.sample($0.0, of: $0.1, workload)
    }
    #expect(Set(samples).count == 4)
    #expect(try WorkloadRunner.sample(0, of: .evaluation, workload) == samples[0])
  }

  @Test(arguments: [(-1, SampleSet.evaluation), (64, .evaluation), (256, .calibration), (Int.max, .calibration)])
  func refusesSamplesThatItDoesNotHave(index: Int, set: SampleSet) {
    let error = #expect(throws: WorkloadError.self) { try WorkloadRunner.sample(index, of: set, ResNetWorkload.small) }
    #expect(error?.code == .outOfRange)
  }

  @Test func refusesBuffersThatDoNotFit() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 3 * 64 * 64 * 4 - 4, alignment: 64)
    defer { buffer.deallocate() }
    for buffers in [[], [buffer]] {
      let error = #expect(throws: WorkloadError.self) {
        try ResNetWorkload.small.writeSample(0, of: .evaluation, into: buffers)
      }
      #expect(error?.code == .outOfRange)
    }
  }
}
