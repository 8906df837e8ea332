import Engines
import LoadGen
import Testing
import Workloads

@testable import Harness

@Suite struct ModelSampleLibraryTests {
  private static let bytes = 3 * 64 * 64 * 4

  private func library(total: Int? = 100, performance: Int? = 4, bytes: Int = 1 << 30) throws -> ModelSampleLibrary {
    try ModelSampleLibrary(
      KnownNames.workload("resnet-small"), total: total, performance: performance, bytes: bytes)
  }

  private func copy(_ index: Int32, from library: ModelSampleLibrary) -> [UInt8]? {
    let room = UnsafeMutableRawPointer.allocate(byteCount: 2 * Self.bytes, alignment: 64)
    defer { room.deallocate() }
    guard library.copy(index, to: [room], place: 1) else { return nil }
    return Array(UnsafeRawBufferPointer(start: room + Self.bytes, count: Self.bytes))
  }

  private func sample(_ index: Int, _ set: SampleSet) throws -> [UInt8] {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bytes, alignment: 64)
    defer { room.deallocate() }
    try KnownNames.workload("resnet-small").writeSample(index, of: set, into: [room])
    return Array(room)
  }

  @Test func loadedSamplesAreThoseOfTheWorkload() throws {
    let library = try library()
    try library.load([99, 3, 50])
    #expect(try copy(3, from: library) == sample(3, .evaluation))
    #expect(try copy(99, from: library) == sample(99, .serving))
    #expect(copy(4, from: library) == nil)
    #expect(copy(-1, from: library) == nil)
    #expect(copy(100, from: library) == nil)
  }

  @Test func samplesBeyondThoseOfEvaluationAreOthers() throws {
    let all = try Set((0..<80).map { try sample($0, .serving) })
    #expect(all.count == 80)
  }

  @Test func roomIsUsedAgain() throws {
    let library = try library()
    for first in stride(from: Int32(0), to: 100, by: 4) {
      let set = (first..<(first + 4)).map { $0 }
      // MultiStream's sets name samples twice.
      try library.load(set + set.prefix(2))
      for index in set { #expect(try copy(index, from: library) == sample(Int(index), .serving)) }
      library.unload(set + set.prefix(2))
      #expect(copy(first, from: library) == nil)
    }
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let library = try library()
    try library.load([0, 1, 2, 3])
    let full = #expect(throws: ServingError.self) { try library.load([4]) }
    #expect(full?.reason == "4 samples are in memory, and sample 4 does not fit beside them")
    let foreign = #expect(throws: ServingError.self) { try library.load([100]) }
    #expect(foreign?.reason == "resnet-small has samples 0 to 99, and 100 is none of them")
    #expect(throws: ServingError.self) { try library.load([-1]) }
    // Nothing of that has changed what is there.
    #expect(try copy(3, from: library) == sample(3, .serving))
  }

  @Test(
    arguments: [
      // (total, performance, bytes, resulting total and performance)
      (nil, nil, 1 << 30, 1024, 1024), (10, nil, 1 << 30, 10, 10), (100, nil, 7 * bytes + 1, 100, 7),
      (65_536, 64, 1 << 30, 65_536, 64), (100, 100, 100 * bytes, 100, 100),
    ] as [(Int?, Int?, Int, Int, Int)])
  func countsAreWhatFits(total: Int?, performance: Int?, bytes: Int, expectedTotal: Int, expectedPerformance: Int)
    throws
  {
    let library = try library(total: total, performance: performance, bytes: bytes)
    #expect(library.totalSampleCount == expectedTotal)
    #expect(library.performanceSampleCount == expectedPerformance)
    #expect(library.byteCount == expectedPerformance * Self.bytes)
  }

  @Test(
    arguments: [
      (65_537, nil, 1 << 30, "has 65536 samples, and 65537 were asked for"), (0, nil, 1 << 30, "0 were asked for"),
      (-1, nil, 1 << 30, "-1 were asked for"), (10, 11, 1 << 30, "1 to 10 can be in memory, and 11"),
      (10, 0, 1 << 30, "and 0 were asked for"),
      (100, 100, 50 * bytes, "100 samples of resnet-small take 4 MB of memory, and the library may take 2 MB"),
      (100, 100, 50 * bytes, "take a performance sample count of at most 50"), (100, nil, 1000, "let it take more"),
      (100, nil, -1, "let it take more"),
    ] as [(Int, Int?, Int, String)])
  func countsThatCannotBeAreRefused(total: Int, performance: Int?, bytes: Int, reason: String) throws {
    let error = #expect(throws: ServingError.self) {
      try library(total: total, performance: performance, bytes: bytes)
    }
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }
}
