"""The examples of the documentation, as they stand in its pages, and a place to carry them out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
PROGRAM = "ivytools-batch"

_LONGEST_S = 180.0
_BLOCK = re.compile(
    r"^(?:<!-- needs: (?P<needs>\w+) -->\n)?"
    r"```(?P<kind>console|bash|python|\{code-block\} \w+\n:caption: (?P<file>\S+))\n"
    r"(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_PROMPT = "$ "
_HARMLESS = (PROGRAM, "mkdir", "cp", "cat")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a page. ``kind`` is ``console``, ``bash``, ``python`` or ``file``; ``needs`` names a service."""

    kind: str
    text: str
    line: int
    file: str = ""
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A command of a page and the code with which it ends; one that goes on behind the next ones ends with ``&``."""

    command: str
    exit_code: int = 0
    is_behind: bool = False
    needs: str = ""

    @property
    def words(self) -> list[str]:
        """Command and arguments, quotes taken off, variables before the command left out."""
        words = shlex.split(self.command)
        while words and re.match(r"[A-Z_]+=", words[0]):
            words = words[1:]
        return words


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that are looked at here, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            kind="file" if found["file"] else found["kind"],
            text=found["text"],
            line=text.count("\n", 0, found.start()) + 1,
            file=found["file"] or "",
            needs=found["needs"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]


def examples(block: Block) -> list[Example]:
    """The commands of a console block; what they print is not looked at."""
    found = []
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.startswith(_PROMPT):
            command = line.removeprefix(_PROMPT)
            code = _EXIT_CODE.search(command)
            command = command[: code.start()] if code else command
            is_behind = command.endswith(" &")
            found.append(Example(command.removesuffix(" &"), int(code[1]) if code else 0, is_behind, block.needs))
    return found


def pages_with_examples() -> list[Path]:
    """The pages that show commands of the program."""
    pages = [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))]
    return [page for page in pages if any(block.kind == "console" for block in blocks(page))]


def program_examples() -> Iterator[Example]:
    """All examples of the program on all pages."""
    for page in pages_with_examples():
        for block in blocks(page):
            if block.kind == "console":
                yield from (one for one in examples(block) if one.words[:1] == [PROGRAM])


def prepare(folder: Path) -> Path:
    """Carry out what the page of commands says of the files for the examples; the answer is where they work."""
    (folder / "batch_test_data").symlink_to(REPOSITORY / "batch_test_data")
    first = next(block for block in blocks(DOCS / "COMMANDS.md") if block.kind == "bash")
    script = f"{first.text}\npwd"
    done = subprocess.run(["bash", "-ec", script], cwd=folder, capture_output=True, text=True, check=True)
    return Path(done.stdout.splitlines()[-1])


@dataclass(slots=True)
class Terminal:
    """Carries examples out, one after the other, in one folder."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    _behind: list[tuple[Example, subprocess.Popen[str]]] = field(default_factory=list)
    _script: str = ""

    def do(self, block: Block, where: str) -> None:
        """Write the file of a block, or carry out what it says; what ends with another code than stated fails."""
        if block.kind == "file":
            (self.folder / block.file).write_text(block.text, encoding="utf-8")
        elif block.kind == "python":
            self._script += block.text + "\n"
        elif block.kind == "console":
            for example in examples(block):
                self._do(example, where)

    def close(self, where: str) -> None:
        """Wait for what was sent behind, and carry out the Python of the page as one script."""
        while self._behind:
            self._finished(*self._behind.pop(0), where)
        if self._script:
            self._finished(Example("its Python"), self._started([sys.executable, "-c", self._script]), where)

    def leave(self) -> None:
        """End what still runs, after a failure."""
        for _, process in self._behind:
            process.kill()
            process.communicate()

    def _do(self, example: Example, where: str) -> None:
        assert example.words[0] in _HARMLESS, f"{where}: {example.command}\nis not for a test; put it into a bash block"
        process = self._started(["bash", "-c", f"exec {example.command}" if example.is_behind else example.command])
        if example.is_behind:
            self._behind.append((example, process))
            self._wait_for_batch(example, process, where)
        else:
            self._finished(example, process, where)

    def _started(self, command: list[str]) -> subprocess.Popen[str]:
        scripts = str(Path(sys.executable).parent)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("IVYTOOLS_")}
        environment["PATH"] = os.pathsep.join((scripts, os.environ["PATH"]))
        environment["IVYTOOLS_CONFIG_DIR"] = str(self.folder / "config")
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment | self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _finished(self, example: Example, process: subprocess.Popen[str], where: str) -> None:
        try:
            printed, _ = process.communicate(timeout=_LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            printed, _ = process.communicate()
            raise AssertionError(f"{where}: {example.command}\ndid not end:\n{printed}") from None
        code = process.returncode
        assert code == example.exit_code, f"{where}: {example.command}\nended with {code}:\n{printed}"

    def _wait_for_batch(self, example: Example, process: subprocess.Popen[str], where: str) -> None:
        """Until the batch is written down, so that another command finds it."""
        words = example.words
        pointer = self.folder / words[words.index("--output") + 1] / ".ivytools" / "batch.json"
        deadline = time.monotonic() + _LONGEST_S
        while not pointer.exists():
            if process.poll() is not None:
                raise AssertionError(f"{where}: {example.command}\nended at once:\n{process.communicate()[0]}")
            assert time.monotonic() < deadline, f"{where}: {example.command}\nwrote down no batch"
            time.sleep(0.05)
