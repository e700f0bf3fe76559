#!/usr/bin/env python3
"""Takes back what a killed server had written and not synced, as a power failure would.

    powerloss.py UNDO_DIRECTORY ROOT [--seed N]

reads `undo.log`, which `diskfaults.c` wrote (the layout of its records is described there). Without a seed everything that
was not synced is lost. With one, each page of 4096 bytes keeps a random number of its first unsynced changes, and each
directory keeps a random number of its first unsynced entries: a disk may write back in any order, but never a change of a
page before an earlier one of the same page. Prints what was undone and empties the log.
"""
import argparse
import collections
import os
import random
import struct
import sys

HEADER = struct.Struct("<IIQQQQ")
WRITE, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, SYNC_DIRECTORY = range(1, 8)
PAGE = 4096


def records(path):
    with open(path, "rb") as log:
        while True:
            header = log.read(HEADER.size)
            if len(header) < HEADER.size:
                return  # The kill came while the record was written, so before the change itself.
            kind, path_length, inode, offset, size, data_length = HEADER.unpack(header)
            body = log.read(path_length + data_length)
            if len(body) < path_length + data_length:
                return
            yield kind, body[:path_length].decode(), inode, offset, size, body[path_length:]


def unsynced(log):
    """The changes that no later sync made final, in order: those of files and those of directories."""
    files, directories = collections.defaultdict(list), collections.defaultdict(list)
    for record in log:
        kind, path, inode = record[:3]
        if kind == SYNC:
            files.pop(inode, None)
        elif kind == SYNC_DIRECTORY:
            directories.pop(os.path.normpath(path), None)
        elif kind in (WRITE, TRUNCATE):
            files[inode].append(record)
        else:
            directories[os.path.dirname(os.path.normpath(path))].append(record)
    return files, directories


def undo_file(descriptor, changes, chance):
    """Newest first; a page keeps what was written to it up to a random moment."""
    undone = 0
    kept = {}

    def keeps(page, number):
        if chance is None:
            return False
        if page not in kept:
            kept[page] = chance.randint(0, len(changes))
        return number < kept[page]

    # The size is lost with the oldest change that is undone, unless a later page is kept.
    size = os.fstat(descriptor).st_size
    for number, (kind, _, _, offset, old_size, data) in reversed(list(enumerate(changes))):
        if kind == TRUNCATE:
            if keeps("size", number):
                continue
            os.ftruncate(descriptor, old_size)
            os.pwrite(descriptor, data, offset)
            size = old_size
            undone += 1
            continue
        start = 0
        while start < len(data):
            page = (offset + start) // PAGE
            end = min(len(data), (page + 1) * PAGE - offset)
            if not keeps(page, number):
                os.pwrite(descriptor, data[start:end], offset + start)
                undone += 1
            start = end
        if not keeps("size", number) and old_size < size:
            os.ftruncate(descriptor, old_size)
            size = old_size
            undone += 1
    os.fsync(descriptor)
    return undone


def undo_entry(record):
    kind, path, _, _, _, data = record
    names = [name.decode() for name in data.split(b"\0")]
    copy = names[0] if names else ""
    if kind == CREATE:
        if os.path.lexists(path):
            os.unlink(path)
    elif kind == RENAME:
        if os.path.lexists(path):
            os.rename(path, names[1])
        if copy:
            os.link(copy, path)
    elif kind == UNLINK and copy:
        os.link(copy, path)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("undo")
    options.add_argument("root")
    options.add_argument("--seed", type=int)
    options = options.parse_args()
    chance = random.Random(options.seed) if options.seed is not None else None
    log = os.path.join(options.undo, "undo.log")
    files, directories = unsynced(records(log))
    # Names first, newest first: a file that comes back by its name may have changes of its own to take back.
    entries = 0
    for changes in directories.values():
        kept = chance.randint(0, len(changes)) if chance else 0
        for record in reversed(changes[kept:]):
            undo_entry(record)
            entries += 1
    paths = {}
    for directory, _, names in os.walk(options.root):
        for name in names:
            path = os.path.join(directory, name)
            paths[os.lstat(path).st_ino] = path
    pages = 0
    for inode, changes in files.items():
        if inode in paths:
            descriptor = os.open(paths[inode], os.O_RDWR)
            pages += undo_file(descriptor, changes, chance)
            os.close(descriptor)
    for name in os.listdir(options.undo):
        os.unlink(os.path.join(options.undo, name))
    print(f"lost {pages} pages and {entries} directory entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
