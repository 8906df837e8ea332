import ModelGraph

/// What workloads with seeded samples share: set sizes, checks of what the caller passes, and token sequences.
enum SeededSamples {
  /// Ids with a meaning in BERT's vocabulary; ordinary words start at `firstOrdinary`.
  static let (classifyToken, separatorToken, firstOrdinary) = (101, 102, 104)

  static func count(in set: SampleSet) -> Int {
    switch set {
    case .evaluation: 64
    // Made when they are asked for: how many are used, the user says.
    case .calibration: 256
    // More than any data set of MLPerf Inference that images or texts are drawn from.
    case .serving: 65_536
    }
  }

  static func check(batch: Int) throws(WorkloadError) {
    guard (1...65536).contains(batch) else {
      throw WorkloadError(.outOfRange, "Batch \(batch) is not between 1 and 65536.")
    }
  }

  static func check(_ index: Int, of workload: some Workload, in set: SampleSet) throws(WorkloadError) {
    try check(index, of: workload.name, count: workload.sampleCount(in: set), in: set)
  }

  static func check(_ index: Int, of workload: String, count: Int, in set: SampleSet) throws(WorkloadError) {
    guard (0..<count).contains(index) else {
      throw WorkloadError(
        .outOfRange, "\(workload) has \(set.rawValue) samples 0 to \(count - 1), and \(index) is none of them.")
    }
  }

  /// The buffers as typed memory, after checking that there are as many and as large ones as one sample needs.
  static func buffers<Element>(
    _ buffers: [UnsafeMutableRawBufferPointer], of type: Element.Type, counts: [Int]
  ) throws(WorkloadError) -> [UnsafeMutableBufferPointer<Element>] {
    let expected = counts.map { $0 * MemoryLayout<Element>.stride }
    guard buffers.map(\.count) == expected else {
      throw WorkloadError(
        .outOfRange, "One sample needs buffers of \(expected) bytes and was given \(buffers.map(\.count)).")
    }
    return buffers.map { $0.bindMemory(to: type) }
  }

  /// Question and passage: [CLS] question [SEP] passage [SEP], type 0 up to the first [SEP], every position counts.
  static func writeQuestionAndPassage(
    _ stream: SeededStream, vocabulary: Int, into inputs: [UnsafeMutableBufferPointer<Int32>]
  ) {
    let length = inputs[0].count
    let words = length / 8 + stream.integer(0, below: length / 8)
    for i in 0..<length {
      let word = firstOrdinary + stream.integer(1 + i, below: vocabulary - firstOrdinary)
      let isSeparator = i == 1 + words || i == length - 1
      inputs[0][i] = Int32(i == 0 ? classifyToken : isSeparator ? separatorToken : word)
      inputs[1][i] = i > 1 + words ? 1 : 0
      inputs[2][i] = 1
    }
  }

  /// A sentence of 8 words or more, padded: one of pair `index / 2`, whose second sentence keeps each word of the first
  /// with probability `likeness` / 5.
  static func writeSentence(
    _ index: Int, likeness: Int, _ stream: SeededStream, vocabulary: Int,
    into inputs: [UnsafeMutableBufferPointer<Int32>]
  ) {
    let length = inputs[0].count
    let words = 8 + stream.integer(0, below: length - 9)
    for i in 0..<length {
      var id = 0
      if i == 0 {
        id = classifyToken
      } else if i <= words {
        let keeps = index % 2 == 0 || stream.integer(999 + i, below: 5) < likeness
        id = firstOrdinary + stream.integer((keeps ? 0 : 1999) + i, below: vocabulary - firstOrdinary)
      } else if i == words + 1 {
        id = separatorToken
      }
      inputs[0][i] = Int32(id)
      inputs[1][i] = 0
      inputs[2][i] = i <= words + 1 ? 1 : 0
    }
  }
}

extension WorkloadError {
  /// The graph came from elsewhere, so its parameters are not this workload's.
  static func foreign(_ graph: ModelGraph, to name: String) -> WorkloadError {
    WorkloadError(.foreignGraph, "The graph \(graph.name) is not the one that the workload \(name) makes.")
  }
}
