"""Folders of a slot's box: made empty, listed, removed, whatever a run has left in them."""

import pytest

from assay.sandbox import BadName, BoxError
from tests.conftest import needs_root
from tests.contract.sandbox.places import Place
from tests.contract.sandbox.test_box import BAD_NAMES
from tests.security.harness import Outcome, run

pytestmark = needs_root
# Everything that a removal could follow, wait for or choke on. The box has 64 inodes.
HOSTILE = """
    mkdir feedback; cd feedback
    ln -s /etc outside; ln -s . loop; ln -s /etc/passwd file; ln -s ../kept neighbour; mkfifo fifo
    mkdir closed read_only; touch closed/in read_only/in; chmod 0 closed; chmod 0500 read_only
    touch -- '-rf' 'a b' $'new\\nline' .hidden
    for level in 0 1 2 3 4 5 6 7 8 9; do mkdir deep; cd deep; touch leaf; done; chmod 0 .
"""


async def bash(slot: Place, script: str) -> Outcome:
    return await run(
        slot, "/usr/bin/bash", "-ec", script, view="toolchain", env={"PATH": "/usr/bin"}, box_writable=True
    )


async def test_a_folder_is_made_and_a_run_may_write_to_it(slot: Place) -> None:
    await slot.folder("feedback")
    await slot.folder("a/deep/one")
    made = await bash(
        slot, "stat -c '%F %A %u' feedback; id -u; echo words >feedback/file; touch a/deep/one/x"
    )
    kind, uid = made.stdout.decode().splitlines()
    assert (made.facts.exit_code, kind) == (0, f"directory drwxr-xr-x {uid}")
    assert dict(await slot.listing("feedback")) == {"file": 6}
    assert dict(await slot.listing("a/deep/one")) == {"x": 0}


async def test_a_folder_takes_the_place_of_whatever_was_there(slot: Place) -> None:
    await slot.put("name", b"a file")
    await slot.folder("name")
    await slot.put("name/in/it", b"x")
    await slot.put("name/beside", b"x")
    await slot.folder("name")
    assert dict(await slot.listing("name")) == {}
    linked = await bash(slot, "mkdir kept; touch kept/file; rmdir name; ln -s kept name")
    assert linked.facts.exit_code == 0
    await slot.folder("name")
    assert dict(await slot.listing("name")) == {}
    assert dict(await slot.listing("kept")) == {"file": 0}, "what the link led to"


async def test_only_regular_files_are_listed(slot: Place) -> None:
    script = HOSTILE + "cd /box/feedback; chmod 0755 closed; echo -n 12345 >'a b'; ln 'a b' twice"
    made = await bash(slot, script)
    assert made.facts.exit_code == 0, made
    listed = await slot.listing("feedback")
    assert list(listed.items()) == [
        ("-rf", 0),
        (".hidden", 0),
        ("a b", 5),
        ("new\nline", 0),
        ("twice", 5),
    ]


@pytest.mark.parametrize("name", ["outside", "loop", "file", "fifo", "closed/in", "nothing", "feedback/loop"])
async def test_what_is_no_folder_is_not_listed(slot: Place, name: str) -> None:
    await bash(slot, HOSTILE)
    with pytest.raises(BoxError):
        await slot.listing(f"feedback/{name}")
    assert ".hidden" in await slot.listing("feedback")


@pytest.mark.parametrize("how", ["folder", "remove"])
async def test_nothing_is_followed_when_a_folder_goes(slot: Place, how: str) -> None:
    await slot.put("kept", b"neighbour")
    free = "stat -f -c '%d %f' /box"
    before = await bash(slot, free)
    made = await bash(slot, HOSTILE)
    assert made.facts.exit_code == 0, made
    if how == "folder":
        await slot.folder("feedback")
        assert dict(await slot.listing("feedback")) == {}
    await slot.remove("feedback")
    after = await bash(slot, f"{free}; cat kept; ls")
    assert after.stdout == before.stdout + b"neighbourkept\n", "nothing of it takes room any more"


async def test_one_thing_is_removed_and_no_other(slot: Place) -> None:
    for name in ("folder/a", "folder/b", "file"):
        await slot.put(name, b"x")
    linked = await bash(slot, "ln -s folder link")
    assert linked.facts.exit_code == 0
    for name in ("folder/a", "link", "nothing", "folder/nothing", "nothing/in/it"):
        await slot.remove(name)
    assert (await bash(slot, "ls -d * */*")).stdout == b"file\nfolder\nfolder/b\n"
    await slot.remove("folder")
    await slot.remove("file")
    assert (await bash(slot, "ls")).stdout == b""


async def test_no_link_is_followed_on_the_way_to_a_name(slot: Place) -> None:
    await slot.put("real/file", b"x")
    linked = await bash(slot, "ln -s real link; ln -s /tmp outside")
    assert linked.facts.exit_code == 0
    for name in ("link/made", "link/file", "outside/made"):
        with pytest.raises(BoxError):
            await slot.folder(name)
        with pytest.raises(BoxError):
            await slot.remove(name)
    with pytest.raises(BoxError):
        await slot.listing("link")
    assert dict(await slot.listing("real")) == {"file": 1}


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_names_that_are_none_in_the_box_are_refused(slot: Place, name: str) -> None:
    with pytest.raises(BadName):
        await slot.folder(name)
    with pytest.raises(BadName):
        await slot.listing(name)
    with pytest.raises(BadName):
        await slot.remove(name)
    await slot.folder("good")


async def test_folders_come_and_go_between_runs_that_are_made_ahead(slot: Place) -> None:
    script = "ls -A /box/feedback; echo x >/box/feedback/left"
    for _ in range(4):
        await slot.folder("feedback")
        seen = await run(
            slot,
            "/usr/bin/bash", "-c", script,
            view="toolchain", env={"PATH": "/usr/bin"}, box_writable=True, repeat=True,
        )  # fmt: skip
        assert (seen.facts.exit_code, seen.stdout) == (0, b"")
        assert dict(await slot.listing("feedback")) == {"left": 2}
