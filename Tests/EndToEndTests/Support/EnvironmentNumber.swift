import Glibc

/// A number by which whoever runs the tests makes them larger or repeats a run.
func environmentNumber(_ name: String) -> UInt64? {
  getenv(name).flatMap { UInt64(String(cString: $0)) }
}
