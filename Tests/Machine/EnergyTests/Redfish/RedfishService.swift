import Foundation
import Glibc

/// A real HTTP server, of Python's standard library, that answers as a Redfish service does, or as a test wants.
final class RedfishService: Sendable {
  /// What is served for a path.
  struct Page: Codable {
    var status = 200
    var body = ""
    /// Where to go instead.
    var location: String?
    /// The Authorization header or token without which the answer is 401; nil for none.
    var authorization: String?
    /// How the body is sent: whole, `slow` (half of it, and the rest never), `stall` (nothing at all), `cut` (half of it and
    /// the end), `endless` (again and again), `raw` (without any HTTP).
    var manner = "whole"
  }

  /// Whether there is what it needs.
  static let canRun = run("python3", ["-c", "import http.server, ssl"]) && run("openssl", ["version"])
  /// What to say where it cannot.
  static let needs = "python3 and openssl are needed for a real HTTPS server"

  let port: Int
  private let folder: String
  private let process = Process()

  /// Starts a server on 127.0.0.1.
  ///
  /// - Parameter certificate: with its key, for HTTPS; nil for HTTP.
  init(_ pages: [String: Page], certificate: TestCertificate? = nil) throws {
    folder = NSTemporaryDirectory() + "redfish-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Self.program.write(toFile: folder + "/server.py", atomically: true, encoding: .utf8)
    try JSONEncoder().encode(pages).write(to: URL(fileURLWithPath: folder + "/pages.json"))
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", folder + "/server.py", folder, certificate?.file ?? "", certificate?.key ?? ""]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    let line = output.fileHandleForReading.availableData
    guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw CocoaError(.executableLoad)
    }
    self.port = port
  }

  deinit {
    // Threads of tests block signals, and so do their children, all but this one.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Serves something else from now on.
  func serve(_ pages: [String: Page]) throws {
    try JSONEncoder().encode(pages).write(to: URL(fileURLWithPath: folder + "/pages.json"), options: .atomic)
  }

  /// What the server saw, in order: `connection`, and `GET PATH` with the Authorization header or token of each question.
  var seen: [String] {
    (try? String(contentsOfFile: folder + "/log", encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
  }

  static func run(_ program: String, _ arguments: [String], in folder: String? = nil) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  private static let program = """
    import http.server, json, os, socketserver, ssl, sys, threading, time
    folder, certificate, key = sys.argv[1:4]
    lock = threading.Lock()
    over = threading.Event()

    def note(text):
        with lock, open(folder + '/log', 'a') as log:
            log.write(text + '\\n')

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'
        timeout = 30

        def setup(self):
            super().setup()
            note('connection')

        def log_message(self, *words):
            pass

        def do_GET(self):
            given = self.headers.get('Authorization') or self.headers.get('X-Auth-Token') or ''
            note(f'GET {self.path} {given}'.strip())
            with open(folder + '/pages.json') as file:
                page = json.load(file).get(self.path, {'status': 404, 'body': '{}', 'manner': 'whole'})
            if page.get('authorization') not in (None, given):
                page = {'status': 401, 'body': '{}', 'manner': 'whole'}
            body, manner = page['body'].encode(), page['manner']
            if manner == 'stall':
                over.wait(30)
                self.close_connection = True
                return
            if manner == 'raw':
                self.wfile.write(body)
                self.close_connection = True
                return
            self.send_response(page['status'])
            if page.get('location'):
                self.send_header('Location', page['location'])
            if manner == 'endless':
                self.send_header('Connection', 'close')
                self.end_headers()
                self.close_connection = True
                try:
                    while not over.is_set():
                        self.wfile.write(body)
                except OSError:
                    pass
                return
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            if manner == 'whole':
                self.wfile.write(body)
                return
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            if manner == 'slow':
                over.wait(30)
            self.close_connection = True

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, address):
            pass

    server = Server(('127.0.0.1', 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        # The handshake is for the thread of the connection.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Nothing is left over where the tests end without ending this.
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
    """
}
