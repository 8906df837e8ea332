import Testing

@testable import Workloads

@Suite struct ModelCacheTests {
  @Test(arguments: [
    (["ASSAY_CACHE": "/a", "XDG_CACHE_HOME": "/x", "HOME": "/h"], "/a"),
    (["XDG_CACHE_HOME": "/x", "HOME": "/h"], "/x/assay"),
    (["HOME": "/h"], "/h/.cache/assay"), (["XDG_CACHE_HOME": "relative", "HOME": "/h"], "/h/.cache/assay"),
    (["ASSAY_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "/h"], "/h/.cache/assay"),
  ])
  func followsTheEnvironment(environment: [String: String], folder: String) {
    #expect(ModelCache(environment: environment).folder == folder)
  }

  @Test func keepsModelsApart() {
    let cache = ModelCache(folder: "/c")
    #expect(cache.path(of: "vocab.txt", model: "m") == "/c/m/vocab.txt")
    #expect(!cache.holds(.miniLM))
  }
}
