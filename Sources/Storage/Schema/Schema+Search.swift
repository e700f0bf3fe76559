extension Schema {
  /// The full-text index over live messages. It stores no copy of the text: the rows of `messages` are its content.
  static let search = """
    CREATE VIRTUAL TABLE messages_fts USING fts5 (
      body, content = 'messages', content_rowid = 'pk', tokenize = 'unicode61 remove_diacritics 2');
    """
}
