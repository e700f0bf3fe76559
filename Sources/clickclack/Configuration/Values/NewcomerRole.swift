/// What people who are new become when they sign in by another service.
enum NewcomerRole: String, CaseIterable, Sendable {
  case none, guest, member
}
