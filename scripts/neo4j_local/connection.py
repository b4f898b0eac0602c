"""A server that can be asked, and whether it answers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import ClassVar

import neo4j
from neo4j.exceptions import DriverError, Neo4jError


@dataclass(frozen=True)
class Connection:
    """Where a server is and how to log in."""

    uri: str
    username: str
    password: str
    database: str = "neo4j"

    VARIABLES: ClassVar = ("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE")

    @classmethod
    def from_environment(cls) -> Connection | None:
        """The server that the environment names, if it does."""
        uri, username, password, database = (os.environ.get(name, "") for name in cls.VARIABLES)
        return cls(uri, username or "neo4j", password, database or "neo4j") if uri else None

    def variables(self) -> dict[str, str]:
        """What the environment should say to name this server."""
        values = (self.uri, self.username, self.password, self.database)
        return dict(zip(self.VARIABLES, values, strict=True))

    def driver(self) -> neo4j.Driver:
        """A driver, to be closed by the caller."""
        login = (self.username, self.password)
        return neo4j.GraphDatabase.driver(self.uri, auth=login, connection_timeout=5)

    def fault(self) -> Exception | None:
        """Why a query is not answered; None if it is."""
        try:
            # A session of its own, because what the driver retries it retries for 30 s.
            with self.driver() as driver, driver.session(database=self.database) as session:
                session.run("RETURN 1").consume()
        except (DriverError, Neo4jError, OSError, ValueError) as error:
            return error
        return None

    def version(self) -> str:
        """The version that the server says it has."""
        with self.driver() as driver, driver.session(database=self.database) as session:
            [kernel] = session.run(
                "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' "
                "RETURN versions[0] AS version"
            )
            return str(kernel["version"])
