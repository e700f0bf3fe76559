import Testing

/// Tests of the real binary through real sockets. One after another: each has a server of its own.
@Suite(.serialized) enum EndToEnd {}
