import CCurl
import CLibUV

/// Runs libcurl transfers on an event loop through the multi socket interface: libuv watches the sockets and the one
/// timeout that libcurl asks for. On the loop only.
final class CurlDriver {
  private let loop: EventLoop
  private let multi: UnsafeMutableRawPointer
  private let timer: UnsafeMutablePointer<uv_timer_t>
  private let onDone: (OutboundExchange, CURLcode) -> Void

  /// Creates a driver that calls `onDone` when a transfer has ended; nil if libcurl cannot be used.
  init?(loop: EventLoop, idleConnectionsMax: Int, onDone: @escaping (OutboundExchange, CURLcode) -> Void) {
    guard LibCurl.isInitialized, let multi = curl_multi_init() else { return nil }
    self.loop = loop
    self.multi = multi
    self.onDone = onDone
    timer = .allocate(capacity: 1)
    uv_timer_init(loop.uv, timer)
    let me = Unmanaged.passUnretained(self).toOpaque()
    timer.pointee.data = me
    _ = clickclack_multi_set_long(multi, CURLMOPT_MAXCONNECTS, idleConnectionsMax)
    _ = clickclack_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
    _ = clickclack_multi_set_socket_callback(multi) { _, socket, interest, data, watch in
      guard let data else { return 0 }
      Unmanaged<CurlDriver>.fromOpaque(data).takeUnretainedValue().watch(socket, interest, watch)
      return 0
    }
    _ = clickclack_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
    _ = clickclack_multi_set_timer_callback(multi) { _, milliseconds, data in
      guard let data else { return 0 }
      Unmanaged<CurlDriver>.fromOpaque(data).takeUnretainedValue().setTimer(milliseconds)
      return 0
    }
  }

  /// Starts a transfer. Returns whether libcurl took it.
  func add(_ easy: UnsafeMutableRawPointer) -> Bool {
    curl_multi_add_handle(multi, easy) == CURLM_OK
  }

  /// Ends a transfer, finished or not; `onDone` is not called for it any more.
  func remove(_ easy: UnsafeMutableRawPointer) {
    curl_multi_remove_handle(multi, easy)
  }

  /// Closes all connections. Transfers must have been removed. The driver cannot be used afterwards.
  func close() {
    curl_multi_cleanup(multi)
    UVHandle.closeAndFree(timer)
  }

  private func setTimer(_ milliseconds: Int) {
    if milliseconds < 0 {
      uv_timer_stop(timer)
    } else {
      // With 0 it still fires in the next turn only: libcurl may not be called from within its callback.
      uv_timer_start(
        timer,
        { handle in
          guard let data = handle?.pointee.data else { return }
          Unmanaged<CurlDriver>.fromOpaque(data).takeUnretainedValue().act(CURL_SOCKET_TIMEOUT, 0)
        }, UInt64(milliseconds), 0)
    }
  }

  /// One socket of libcurl that libuv watches.
  private final class Watch {
    let socket: curl_socket_t
    unowned let driver: CurlDriver
    let poll: UnsafeMutablePointer<uv_poll_t>

    init?(socket: curl_socket_t, driver: CurlDriver) {
      self.socket = socket
      self.driver = driver
      poll = .allocate(capacity: 1)
      guard uv_poll_init(driver.loop.uv, poll, socket) == 0 else {
        poll.deallocate()
        return nil
      }
      poll.pointee.data = Unmanaged.passUnretained(self).toOpaque()
    }
  }

  private func watch(_ socket: curl_socket_t, _ interest: Int32, _ known: UnsafeMutableRawPointer?) {
    if interest == CURL_POLL_REMOVE {
      guard let known else { return }
      let watch = Unmanaged<Watch>.fromOpaque(known).takeRetainedValue()
      curl_multi_assign(multi, socket, nil)
      return UVHandle.closeAndFree(watch.poll)
    }
    let watch: Watch
    if let known {
      watch = Unmanaged<Watch>.fromOpaque(known).takeUnretainedValue()
    } else {
      // Without a watch the transfer makes no progress and ends with its timeout.
      guard let created = Watch(socket: socket, driver: self) else { return }
      watch = created
      curl_multi_assign(multi, socket, Unmanaged.passRetained(watch).toOpaque())
    }
    var events: Int32 = 0
    if interest & CURL_POLL_IN != 0 { events |= Int32(UV_READABLE.rawValue) }
    if interest & CURL_POLL_OUT != 0 { events |= Int32(UV_WRITABLE.rawValue) }
    uv_poll_start(watch.poll, events) { handle, status, events in
      guard let data = handle?.pointee.data else { return }
      let watch = Unmanaged<Watch>.fromOpaque(data).takeUnretainedValue()
      var happened: Int32 = status < 0 ? CURL_CSELECT_ERR : 0
      if events & Int32(UV_READABLE.rawValue) != 0 { happened |= CURL_CSELECT_IN }
      if events & Int32(UV_WRITABLE.rawValue) != 0 { happened |= CURL_CSELECT_OUT }
      watch.driver.act(watch.socket, happened)
    }
  }

  private func act(_ socket: curl_socket_t, _ events: Int32) {
    var running: Int32 = 0
    curl_multi_socket_action(multi, socket, events, &running)
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      var data: UnsafeMutablePointer<CChar>?
      _ = clickclack_easy_get_pointer(easy, CURLINFO_PRIVATE, &data)
      guard let data else { continue }
      onDone(Unmanaged<OutboundExchange>.fromOpaque(data).takeUnretainedValue(), code)
    }
  }
}
