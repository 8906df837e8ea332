/// Figures of LoadGen's traffic with the official seeds, computed independently of this code and confirmed against the
/// published package of LoadGen 6.0.17.
enum TrafficVectors {
  /// First outputs of the generator with the seeds of library, sample index and schedule.
  static let firstOutputs: [[UInt32]] = [
    [144363858, 3947231266, 1102009372, 2040961771],
    [3434217556, 4095560906, 2166191286, 1227672827],
    [3245365415, 3615339558, 1380029910, 1577989244],
  ]

  /// The loaded set of a library of 100 samples that all fit.
  static let loaded100: [Int32] = [
    1, 5, 13, 64, 11, 37, 58, 70, 96, 67, 89, 42, 76, 93, 29, 72, 88, 71, 56, 84, 98, 63, 27, 87, 79, 75, 66,
    32, 81, 46, 48, 52, 31, 4, 92, 21, 2, 68, 62, 19, 16, 45, 0, 39, 30, 8, 28, 59, 10, 14, 34, 38, 24, 94, 99,
    82, 77, 22, 12, 78, 15, 55, 18, 57, 44, 53, 49, 33, 61, 86, 36, 6, 83, 9, 91, 40, 69, 90, 43, 23, 74, 50,
    47, 73, 41, 80, 26, 85, 25, 97, 65, 54, 35, 51, 7, 20, 60, 17, 3, 95,
  ]

  /// The loaded set of a library of 8.
  static let loaded8: [Int32] = [1, 5, 7, 6, 0, 4, 3, 2]

  /// The loaded set of a library of 16.
  static let loaded16: [Int32] = [1, 5, 13, 10, 11, 8, 12, 2, 15, 4, 6, 0, 14, 7, 3, 9]

  /// SingleStream, 100 samples, at least 100 queries.
  static let singleStream: [Int32] = [
    94, 84, 87, 17, 72, 12, 72, 79, 69, 14, 46, 5, 48, 84, 8, 96, 90, 62, 22, 27, 32, 17, 35, 47, 49, 57, 30,
    63, 70, 9, 32, 19, 45, 96, 67, 82, 13, 31, 16, 26,
  ]

  /// MultiStream, 100 samples, at least 662 queries of 8.
  static let multiStream: [[Int32]] = [
    [31, 4, 92, 21, 2, 68, 62, 19],
    [12, 78, 15, 55, 18, 57, 44, 53],
  ]

  /// Server at 1,000 queries a second, nanoseconds.
  static let arrivals: [Int64] = [
    0, 1843654, 2301577, 3587439, 4300433, 4686839, 6935180, 8026759, 8128505, 9589851, 9911224, 11454687,
  ]
}
