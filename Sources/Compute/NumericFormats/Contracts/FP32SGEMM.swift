extension NumericsContract {
  /// FP32 operands, FP32 sums in the order that the BLAS library chooses.
  public static let fp32SGEMM = NumericsContract(
    "fp32-sgemm", .fp32, left: .fp32, right: .fp32, storage: .operands, accumulation: .fp32Library,
    summary: "FP32 operands and FP32 sums, whose order the BLAS library chooses.", source: "BLAS, SGEMM")
}
