"""Python's tarfile as a peer: `read ARCHIVE` lists an archive as JSON, `write ARCHIVE FORMAT` makes one of the entries given as JSON."""

import base64, hashlib, io, json, sys, tarfile

TYPES = {
    tarfile.REGTYPE: "file", tarfile.AREGTYPE: "file", tarfile.CONTTYPE: "file", tarfile.GNUTYPE_SPARSE: "file",
    tarfile.DIRTYPE: "directory", tarfile.SYMTYPE: "symlink", tarfile.LNKTYPE: "hardlink",
    tarfile.CHRTYPE: "character-device", tarfile.BLKTYPE: "block-device", tarfile.FIFOTYPE: "fifo",
}
FLAGS = {"file": tarfile.REGTYPE, **{name: flag for flag, name in TYPES.items() if name != "file"}}


def seconds(member):
    """The time in decimal: tarfile itself rounds it to a float."""
    return member.pax_headers.get("mtime", str(int(member.mtime)))


def listed(archive, member):
    entry = {"name": member.name, "type": TYPES[member.type], "mode": member.mode, "uid": member.uid, "gid": member.gid,
             "uname": member.uname, "gname": member.gname, "mtime": seconds(member), "linkname": member.linkname,
             "xattrs": {key[13:]: value for key, value in member.pax_headers.items() if key.startswith("SCHILY.xattr.")}}
    if member.isfile():
        body = archive.extractfile(member).read()
        entry |= {"size": member.size, "content": hashlib.sha256(body).hexdigest()}
    if member.ischr() or member.isblk():
        entry["device"] = f"{member.devmajor},{member.devminor}"
    return entry


def read(path):
    with tarfile.open(path, encoding="utf-8", errors="surrogateescape") as archive:
        json.dump([listed(archive, member) for member in archive], sys.stdout)


def write(path, dialect):
    with tarfile.open(path, "w", format=getattr(tarfile, f"{dialect.upper()}_FORMAT"), encoding="utf-8", errors="surrogateescape") as archive:
        for entry in json.load(sys.stdin):
            body = base64.b64decode(entry.pop("body"))
            member = tarfile.TarInfo(entry["name"])
            for key, value in entry.items():
                setattr(member, key, value)
            member.type = FLAGS[entry["type"]]
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))


{"read": read, "write": write}[sys.argv[1]](*sys.argv[2:])
