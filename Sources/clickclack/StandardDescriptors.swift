import Glibc

/// The descriptors 0, 1 and 2, which a process may be started without (`2>&-`, some service managers).
enum StandardDescriptors {
  /// Takes those that are closed, so that nothing else gets their numbers: lines of the log would go into whatever file or socket
  /// did. They stay unusable: input can't be read and output not be written. To be called before anything is opened.
  static func take() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      // The least free number, so this one. Where there is no such device, nothing better can be done.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
