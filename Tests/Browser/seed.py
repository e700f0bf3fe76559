"""Fills a stopped server's database faster than requests could."""

import datetime
import sqlite3

CODE = "```swift\nactor Reef {\n  var crabs = %d\n  func moult() { crabs += 1 }\n}\n```"
LONG = "The tide goes out and leaves pools behind, and in each of them somebody small has opinions about it. " * 4


def body(number):
    """Texts of many heights, each with its number."""
    if number % 11 == 0:
        return f"message {number}\n" + CODE % number
    if number % 7 == 0:
        return f"message {number} {LONG}"
    if number % 5 == 0:
        return f"message {number}\n\n- one\n- two with **weight**\n- three with `code`"
    return f"message {number} of the tide table"


def fill(server, channel, authors, count):
    """Puts `count` messages into an empty channel. The server is down meanwhile."""
    server.shut_down()
    base = sqlite3.connect(f"{server.data}/clickclack.db")
    begin = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=3 * count)
    posts = {author: 0 for author in authors}

    def rows():
        for number in range(1, count + 1):
            # Several messages in a row by one author, as people talk.
            author = authors[number // 3 % len(authors)]
            posts[author] += 1
            at = (begin + datetime.timedelta(minutes=3 * number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            name = f"msg_seed{number:022d}"
            yield (name, server.workspace["id"], channel["id"], author, name, number, body(number), at, number,
                   posts[author])

    with base:
        base.executemany(
            "INSERT INTO messages (id, workspace_id, channel_id, author_id, thread_root_id, channel_seq, body, created_at,"
            " posts, author_posts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
        base.execute("UPDATE channels SET last_seq = ? WHERE id = ?", (count, channel["id"]))
        base.executemany(
            "INSERT OR REPLACE INTO channel_reads VALUES (?, ?, ?, ?)",
            [(author, channel["id"], count, begin.strftime("%Y-%m-%dT%H:%M:%S.%fZ")) for author in authors])
    base.close()
    server.start()
