/// What waits, in order. Taking from the front costs the same however much waits.
struct FIFO<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  // Index of the oldest element: popping from the front of an array would move the rest each time.
  private var head = 0

  var count: Int { elements.count - head }
  var isEmpty: Bool { head == elements.count }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func pop() -> Element? {
    guard head < elements.count else { return nil }
    let element = elements[head]
    head += 1
    if head == elements.count {
      elements.removeAll(keepingCapacity: true)
      head = 0
    } else if head >= 1_024 {
      elements.removeFirst(head)
      head = 0
    }
    return element
  }

  /// Takes the newest.
  mutating func popLast() -> Element? { isEmpty ? nil : elements.removeLast() }

  /// Takes the oldest that fits.
  mutating func pop(where fits: (Element) -> Bool) -> Element? {
    if let first, fits(first) { return pop() }
    return elements[head...].firstIndex(where: fits).map { elements.remove(at: $0) }
  }

  func contains(where fits: (Element) -> Bool) -> Bool { elements[head...].contains(where: fits) }
}
