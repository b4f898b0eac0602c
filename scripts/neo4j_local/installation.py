"""Java, and the jars of one version of Neo4j, which Maven gets."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from problems import MISSING, Problem, say

POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>neo4j-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>{dependencies}</dependencies>
</project>
"""
DEPENDENCY = """
    <dependency>
      <groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version>
    </dependency>"""
ARTIFACTS = (("org.neo4j", "neo4j"), ("org.neo4j", "neo4j-bolt"), ("org.neo4j.app", "neo4j-server"))

# Neo4j's own start script opens these too: without them it cannot use memory outside the heap.
OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.lang", "java.util.concurrent")
OPENS = tuple(f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in OPENED)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps other runs of this script out, in whatever process, until the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True)
class Installation:
    """One version of Neo4j in a folder; every home of that version uses it."""

    folder: Path
    version: str

    @property
    def lib(self) -> Path:
        """The folder of the jars."""
        return self.folder / "lib"

    @property
    def needed_java(self) -> int:
        """The oldest Java that runs this version."""
        return 17 if self.version.startswith("5.") else 21

    def java(self) -> str:
        """The Java to use: that of JAVA_HOME, or the first on PATH."""
        home = os.environ.get("JAVA_HOME")
        java = f"{home}/bin/java" if home else shutil.which("java")
        found = java_version(java) if java else 0
        if java and found >= self.needed_java:
            return java
        which = f"{java} is Java {found}" if java and found else f"no Java was found{in_home(home)}"
        raise Problem(
            f"Neo4j {self.version} needs Java {self.needed_java} or later: {which}.\n"
            "On Debian and Ubuntu: sudo apt install default-jre-headless; on macOS: brew install "
            "openjdk.\nWhere there are several, JAVA_HOME chooses.",
            MISSING,
        )

    def main_class(self) -> str:
        """The class that starts the server: its name changed, where it is written did not."""
        with zipfile.ZipFile(self.lib / f"neo4j-{self.version}.jar") as jar:
            service = "META-INF/services/org.neo4j.server.startup.EntryPoint"
            return jar.read(service).decode().split()[0]

    def ensure(self) -> None:
        """Get the jars, unless all of them are here: then no network is needed."""
        with locked(self.folder / "lock"):
            complete = self.lib / "complete"  # written last
            if complete.is_file():
                return
            maven = shutil.which("mvn")
            if not maven:
                raise Problem(
                    f"Maven (mvn) was not found; it gets Neo4j {self.version} the first time.\n"
                    "On Debian and Ubuntu: sudo apt install maven; on macOS: brew install maven.",
                    MISSING,
                )
            shutil.rmtree(self.lib, ignore_errors=True)  # of an attempt that was cut short
            say(f"Getting Neo4j {self.version} (about 125 MB) into {self.lib} …")
            self._copy_jars(maven)
            complete.touch()

    def _copy_jars(self, maven: str) -> None:
        versioned = ((group, name, self.version) for group, name in ARTIFACTS)
        dependencies = (
            DEPENDENCY.format(group=group, name=name, version=version)
            for group, name, version in versioned
        )
        pom, log = self.folder / "pom.xml", self.folder / "maven.log"
        pom.write_text(POM.format(dependencies="".join(dependencies)), "utf-8")
        command = [maven, "-B", "-q", "-f", pom, "dependency:copy-dependencies"]
        with log.open("wb") as output:
            done = subprocess.run(
                [*command, f"-DoutputDirectory={self.lib}"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        if done.returncode:
            errors = [line for line in log.read_text("utf-8", "replace").splitlines() if line]
            raise Problem(
                f"Maven could not get Neo4j {self.version}: its registry could not be reached, or "
                f"does not have that version.\nAll that was said is in {log}:\n"
                + "\n".join(f"  {line[:300]}" for line in errors[:2]),
                MISSING,
            )


def java_version(java: str) -> int:
    """17 for Java 17.0.15; 0 where it is none."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found and not answer.returncode else 0


def in_home(home: str | None) -> str:
    """Where no Java was found."""
    return f" in JAVA_HOME ({home})" if home else ""
