"""Makes one small wheel or source distribution, as told by a JSON object on stdin; prints its path and SHA-256 as JSON."""

import base64
import hashlib
import io
import json
import os
import sys
import tarfile
import zipfile


def record_hash(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def quoted(name):
    return '"{}"'.format(name.replace('"', '""')) if "," in name or '"' in name else name


def metadata(spec):
    requires = "".join("Requires-Dist: {}\n".format(line) for line in spec.get("requires", []))
    version = spec.get("metadataVersion", spec["version"])
    return "Metadata-Version: 2.1\nName: {}\nVersion: {}\n{}".format(spec["name"], version, requires)


def wheel(spec, folder):
    tag = spec.get("tag", "py3-none-any")
    stem = "{}-{}".format(spec["name"], spec["version"])
    info = stem + ".dist-info/"
    files = dict(spec.get("files") or {spec["name"] + "/__init__.py": "version = {!r}\n".format(spec["version"])})
    files[info + "METADATA"] = metadata(spec)
    files[info + "WHEEL"] = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {}\n".format(tag)
    path = os.path.join(folder, "{}-{}.whl".format(stem, tag))
    with zipfile.ZipFile(path, "w") as archive:
        record = []
        for name, text in sorted(files.items()):
            data = text.encode()
            archive.writestr(zipfile.ZipInfo(name), data)
            if name not in spec.get("unrecorded", []):
                record.append("{},{},{}".format(quoted(name), record_hash(data), len(data)))
        record.append(info + "RECORD,,")
        archive.writestr(zipfile.ZipInfo(info + "RECORD"), "\n".join(record) + "\n")
    if spec.get("truncated"):
        with open(path, "r+b") as stream:
            stream.truncate(os.path.getsize(path) // 2)
    return path


def sdist(spec, folder):
    stem = "{}-{}".format(spec["name"], spec["version"])
    path = os.path.join(folder, stem + ".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        for name, text in dict(spec.get("files") or {}, **{"PKG-INFO": metadata(spec)}).items():
            entry = tarfile.TarInfo(stem + "/" + name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


spec = json.load(sys.stdin)
path = (sdist if spec.get("sdist") else wheel)(spec, sys.argv[1])
with open(path, "rb") as stream:
    print(json.dumps({"path": path, "sha256": hashlib.sha256(stream.read()).hexdigest()}))
