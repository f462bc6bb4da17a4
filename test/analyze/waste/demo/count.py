"""Counts what an image wastes with nothing but Python's tarfile, the slow and obvious way: python3 count.py IMAGE.tar

IMAGE.tar is what `docker save` wrote. Each line is a class, the layer that stores, the layer that hides (-: nobody), files and bytes. Of leftovers only
those of apt and logs are known. Whiteouts are removed first, then the entries of a layer are put in place one after the other.
"""
import collections
import hashlib
import json
import re
import sys
import tarfile

LEFTOVERS = [
    ('apt', re.compile(r'var/lib/apt/lists/|var/cache/apt/|var/cache/debconf/[^/]+-old$|var/lib/dpkg/[^/]+-old$')),
    ('log', re.compile(r'var/log/')),
]


class File:
    """One file, whatever its names."""

    def __init__(self, layer, size, digest):
        self.layer, self.size, self.digest, self.names = layer, size, digest, set()


def digest_of(stream):
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.digest()


def main(path):
    image = tarfile.open(path)
    layers = json.load(image.extractfile('manifest.json'))[0]['Layers']
    tree, lines = {}, collections.Counter()
    sums = collections.Counter()

    def count(kind, layer, by, size):
        if size:
            lines[kind, layer, by] += 1
            sums[kind, layer, by] += size

    for position, name in enumerate(layers):
        gone, entries = {}, []

        def drop(victim, kind):
            for at in [at for at in tree if at == victim or at.startswith(victim + '/')]:
                file = tree.pop(at)
                if file:
                    file.names.discard(at)
                    gone.setdefault(at, (file, kind if at == victim else 'removed-with-folder'))

        with tarfile.open(fileobj=image.extractfile(name)) as tar:
            for entry in tar:
                at = entry.name.removeprefix('./').strip('/')
                folder, _, last = at.rpartition('/')
                if last == '.wh..wh..opq':
                    for victim in [v for v in tree if v.startswith(folder + '/')]:
                        drop(victim, 'removed-with-folder')
                elif last.startswith('.wh.'):
                    drop((folder + '/' if folder else '') + last[4:], 'removed')
                elif entry.isreg():
                    entries.append((at, File(position, entry.size, digest_of(tar.extractfile(entry)))))
                else:
                    entries.append((at, entry.linkname.removeprefix('./').strip('/') if entry.islnk() else entry.type == tarfile.DIRTYPE))
        for at, what in entries:
            old = tree.get(at)
            if isinstance(what, str):
                what = tree[what]
            file = what if isinstance(what, File) else None
            if old and old is not file:
                old.names.discard(at)
                same = file and (file.size, file.digest) == (old.size, old.digest)
                gone.setdefault(at, (old, 'stored-again' if same else 'overwritten' if file else 'type-changed'))
            elif at in tree and what is not True and not old:
                drop(at, 'type-changed')
            if file:
                file.names.add(at)
            tree[at] = file
        told = set()
        for at, (file, kind) in gone.items():
            if file.names or file in told:
                continue
            told.add(file)
            here = tree.get(at)
            if here and kind.startswith('removed'):
                kind = 'stored-again' if (here.size, here.digest) == (file.size, file.digest) else 'overwritten'
            count(kind, file.layer, position, file.size)

    for file in {file for file in tree.values() if file}:
        kinds = [next((kind for kind, pattern in LEFTOVERS if pattern.match(at)), None) for at in sorted(file.names)]
        if all(kinds):
            count(f'leftover ({kinds[0]})', file.layer, '-', file.size)
    for key in sorted(lines, key=lambda key: -sums[key]):
        print(*key[1:], lines[key], sums[key], key[0])


main(sys.argv[1])
