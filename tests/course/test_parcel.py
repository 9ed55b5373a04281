import io
import json
import stat
import zipfile

import pytest

from diydl.course.parcel import ParcelError, is_parcel, pack, unpack

FILES = {"00-relu.json": b"{}", "00-relu.py": b"def relu(x): ...\n"}


def changed(*, manifest=None, extra=(), drop=(), content=None):
    """A zip of FILES with a changed manifest, further entries, missing ones, other content."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            data = (content or {}).get(name, good.read(name))
            if name == "manifest.json" and manifest is not None:
                known = json.loads(data)
                data = json.dumps(manifest(known) or known) if callable(manifest) else manifest
            if name not in drop:
                bad.writestr(name, data)
        for name, data in extra:
            bad.writestr(name, data)
    return out.getvalue()


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_there_and_back():
    assert unpack(pack(FILES)) == FILES


def test_the_manifest_says_what_is_in_it():
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as parcel:
        manifest = json.loads(parcel.read("manifest.json"))
    assert manifest["files"]["answers/00-relu.json"]["bytes"] == 2
    assert (manifest["format"], manifest["version"]) == ("diydl-answers", 1)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.py",
        "answers/../../evil.py",
        "/etc/passwd",
        "C:/x",
        "answers\\..\\x",
        "answers/..\\x",
    ],
)
def test_names_that_lead_elsewhere(name):
    with pytest.raises(ParcelError, match="leads out of the answers folder"):
        unpack(changed(extra=[(name, "x")]))


def test_a_link_is_refused():
    with pytest.raises(ParcelError, match="which is a link"):
        unpack(changed(extra=[(link("answers/00-a.json"), "/etc/passwd")]))


@pytest.mark.parametrize("name", ["notes.txt", "answers/.DS_Store", "answers/00-a.exe", "answers/"])
def test_foreign_files(name):
    with pytest.raises(ParcelError, match=r"no answer|link or folder"):
        unpack(changed(extra=[(name, "")]))


def test_names_that_differ_in_case_only_are_one_file_on_some_disks():
    with pytest.raises(ParcelError, match="twice"):
        unpack(changed(extra=[("answers/00-RELU.json", "x")]))


def test_a_bomb_by_its_own_word():
    with pytest.raises(ParcelError, match="which no answers do"):
        big = [(f"answers/00-a{k}.json", bytes(2**23)) for k in range(17)]
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
            for name, data in big:
                bad.writestr(name, data)
        unpack(out.getvalue())


def test_a_bomb_that_lies_about_its_size():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        bad.writestr(
            "manifest.json", json.dumps({"format": "diydl-answers", "version": 1, "files": {}})
        )
        bad.writestr("answers/00-a.json", bytes(50 * 2**20))
    data = out.getvalue()
    size = (50 * 2**20).to_bytes(4, "little")
    assert size in data
    with pytest.raises(ParcelError, match=r"damaged|larger than|not what was exported|manifest"):
        unpack(data.replace(size, (100).to_bytes(4, "little")))


def test_one_file_beyond_reason():
    with pytest.raises(ParcelError, match="larger than 8 MiB"):
        unpack(changed(content={"answers/00-relu.py": bytes(2**23 + 1)}))


def test_too_many_files():
    with pytest.raises(ParcelError, match="more than 5000 files"):
        unpack(changed(extra=[(f"answers/00-a{k}.py", "") for k in range(5001)]))


@pytest.mark.parametrize("cut", [0, 1, 10, 200, -1, -30])
def test_a_zip_cut_short(cut):
    with pytest.raises(ParcelError, match="is no zip file, or a damaged one"):
        unpack(pack(FILES)[:cut])


def test_every_flipped_byte_is_noticed_or_harmless():
    good = pack(FILES)
    for at in range(len(good)):
        bad = bytearray(good)
        bad[at] ^= 0x55
        try:
            assert unpack(bytes(bad)) == FILES
        except ParcelError:
            pass


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"format": "other", "version": 1, "files": {}}', "of another form"),
        ('{"format": "diydl-answers", "version": "1", "files": {}}', "of another form"),
        ("[" * 100_000, "cannot be read"),
        (lambda m: m.update(version=2, diydl="9.9"), r"made by a newer diydl \(9.9, format 2"),
        (lambda m: m["files"].pop("answers/00-relu.py"), "not in the manifest"),
        (lambda m: m["files"].update({"answers/00-x.py": {}}), "is missing from"),
        (lambda m: m["files"].update({"answers/00-relu.py": 3}), "not what was exported"),
    ],
)
def test_manifests_that_do_not_fit(manifest, words):
    def change(known):
        manifest(known)

    with pytest.raises(ParcelError, match=words):
        unpack(changed(manifest=change if callable(manifest) else manifest))


def test_without_a_manifest_and_with_other_content():
    with pytest.raises(ParcelError, match="has no manifest.json"):
        unpack(changed(drop=["manifest.json"]))
    with pytest.raises(ParcelError, match="not what was exported"):
        unpack(changed(content={"answers/00-relu.py": b"evil()"}))


def test_a_zip_with_a_password_is_named_damaged():
    data = bytearray(pack(FILES))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(ParcelError, match="password"):
        unpack(bytes(data))


def test_what_may_be_replaced(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(pack(FILES))
    assert is_parcel(path)
    path.write_text("my thesis")
    assert not is_parcel(path)
