"""What the driver and the server report, said in one line that names the way out."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from neo4j import exceptions

from graphkit.errors import GraphkitError, UnreachableError, UsageError

MAX_WORDS = 400
"""How much of a server's own message is repeated: some quote the whole query."""


@dataclass(frozen=True)
class Where:
    """What a message may say about the server, and the one thing it may not.

    >>> place = Where("db.example:7687", "bolt+s", "neo4j", None, "s3cret")
    >>> place.hidden("login of neo4j with s3cret failed")
    'login of neo4j with … failed'
    """

    address: str
    scheme: str
    username: str
    database: str | None
    secret: str = field(repr=False)

    def hidden(self, text: str) -> str:
        """Somebody else's words on one line, cut to a readable length, without the password."""
        if self.secret:
            forms = {self.secret, repr(self.secret)[1:-1], quote(self.secret, safe="")}
            for form in sorted(forms, key=len, reverse=True):  # the short may be part of the long
                text = text.replace(form, "…")
        line = " ".join(text.split())
        return line if len(line) <= MAX_WORDS else line[:MAX_WORDS] + " …"


class _Meaning(NamedTuple):
    """What a status code of the server means; `{words}` is the server's own message."""

    error: type[GraphkitError]
    message: str
    hint: str = ""


_BATCH = "try smaller batches with --batch, or give the server more memory"
_AGAIN = "what was committed stays; run the command again"
_READ_ONLY = _Meaning(
    UsageError,
    "the database {database} of {address} is read-only: {words}",
    "name a database that can be written; Neo4j also closes one for writing when its disk is full",
)
_FOLLOWER = _Meaning(
    UsageError,
    "{address} is a member of a cluster that cannot write: {words}",
    "use the neo4j:// address of the cluster, which finds the member that can",
)
_MEMORY = _Meaning(UsageError, "a transaction needs more memory than {address} allows", _BATCH)
_NO_DATABASE = _Meaning(
    UsageError,
    "{address} has no database {database}",
    "SHOW DATABASES lists them; --database or NEO4J_DATABASE names one",
)
_TIMED_OUT = _Meaning(UsageError, "{address} stopped a transaction that took too long", _BATCH)
_BUSY = _Meaning(
    UnreachableError, "{address} could not do the work, in spite of retries: {words}", _AGAIN
)
_CODES = {
    "ClientError.Security.Unauthorized": _Meaning(
        UsageError,
        "{address} does not accept the user name {username} with this password",
        "check NEO4J_USERNAME and NEO4J_PASSWORD, or the config file",
    ),
    "ClientError.Security.AuthenticationRateLimit": _Meaning(
        UsageError,
        "{address} has locked the user {username} for some seconds after wrong passwords",
        "correct the password, wait, and run the command again",
    ),
    "ClientError.Security.CredentialsExpired": _Meaning(
        UsageError,
        "the password of {username} on {address} has to be changed first",
        "log in to the database system and run ALTER CURRENT USER SET PASSWORD",
    ),
    "ClientError.Security.Forbidden": _Meaning(
        UsageError,
        "the user {username} may not do this in the database {database} of {address}: {words}",
        "a sync needs a user that may write and make constraints",
    ),
    "ClientError.Security.": _Meaning(
        UsageError, "{address} turned the user {username} away: {words}", "log in anew"
    ),
    "ClientError.Database.DatabaseNotFound": _NO_DATABASE,
    "ClientError.Database.HomeDatabaseNotFound": _NO_DATABASE,
    "ClientError.General.ForbiddenOnReadOnlyDatabase": _READ_ONLY,
    "ClientError.General.WriteOnReadOnlyAccessDatabase": _READ_ONLY,
    "ClientError.General.ReadOnly": _READ_ONLY,
    "ClientError.Cluster.NotALeader": _FOLLOWER,
    "ClientError.Cluster.Routing": _FOLLOWER,
    "ClientError.Statement.AccessMode": _Meaning(
        UsageError, "the query writes, and {address} was asked only to read: {words}"
    ),
    "ClientError.Statement.": _Meaning(UsageError, "{address} refuses the query: {words}"),
    "ClientError.Procedure.": _Meaning(UsageError, "{address} refuses the query: {words}"),
    "ClientError.Schema.ConstraintValidationFailed": _Meaning(
        UsageError,
        "a constraint of the database {database} of {address} forbids what was to be written: "
        "{words}",
        "sync into a database of its own, or drop the constraint or the data that were there",
    ),
    "ClientError.Schema.ConstraintCreationFailed": _Meaning(
        UsageError,
        "data in the database {database} of {address} break a constraint that graphkit needs: "
        "{words}",
        "sync into a database of its own, or correct those data",
    ),
    "ClientError.Schema.": _Meaning(
        UsageError,
        "the schema of the database {database} of {address} stands in the way: {words}",
        "SHOW CONSTRAINTS and SHOW INDEXES list it; drop what is not needed, or sync into a "
        "database of its own",
    ),
    "ClientError.General.TransactionOutOfMemoryError": _MEMORY,
    "TransientError.General.TransactionOutOfMemoryError": _MEMORY,
    "TransientError.General.TransactionMemoryLimit": _MEMORY,
    "TransientError.General.MemoryPoolOutOfMemoryError": _MEMORY,
    "TransientError.General.OutOfMemoryError": _MEMORY,
    "DatabaseError.General.OutOfMemoryError": _MEMORY,
    "ClientError.Transaction.TransactionTimedOut": _TIMED_OUT,
    "ClientError.Transaction.TransactionTimedOutClientConfiguration": _TIMED_OUT,
    "ClientError.Transaction.LockClientStopped": _BUSY,
    "ClientError.Transaction.Terminated": _Meaning(
        UnreachableError, "a transaction was ended on {address} from outside: {words}", _AGAIN
    ),
    "TransientError.Transaction.Terminated": _Meaning(
        UnreachableError, "a transaction was ended on {address} from outside: {words}", _AGAIN
    ),
    "TransientError.General.DatabaseUnavailable": _Meaning(
        UnreachableError,
        "the database {database} of {address} is not available: {words}",
        "SHOW DATABASES tells its state",
    ),
    "TransientError.": _BUSY,
    "DatabaseError.": _Meaning(
        UnreachableError,
        "{address} failed in its own work: {words}",
        "see the server's log, and whether its disk is full",
    ),
    "ClientError.": _Meaning(UsageError, "{address} refuses: {words} ({code})"),
}


def translated(error: BaseException, where: Where) -> GraphkitError:
    """The error that a user is shown for one of the driver's, the server's or a socket's.

    Exit code 3 (UnreachableError) where the server is absent, silent, speaks otherwise or
    was lost; 2 (UsageError) where a login, a name, a right or the work itself is at fault.
    The password is struck out of whatever others say.

    >>> place = Where("127.0.0.1:7687", "bolt", "neo4j", None, "s3cret")
    >>> str(translated(ConnectionRefusedError(111, "refused"), place)).partition(";")[0]
    'no server listens at 127.0.0.1:7687'
    """
    if isinstance(error, GraphkitError):
        return error
    if isinstance(error, exceptions.Neo4jError):
        return _refusal(error, where)
    if isinstance(error, exceptions.WriteServiceUnavailable):
        # On a direct connection the driver says this in place of the server's own refusal.
        refused = [c for c in _causes(error) if isinstance(c, exceptions.Neo4jError)]
        return _refusal(refused[0], where) if refused else _not_writing(where)
    handshake = type(error).__name__ == "BoltHandshakeError"  # of the drivers before 6
    if handshake or isinstance(error, exceptions.UnsupportedServerProduct):
        return UsageError(
            f"{where.address} is no Neo4j server that this driver can talk to",
            hint="graphkit needs Neo4j 5 or later",
        )
    if isinstance(error, exceptions.IncompleteCommit):
        return UnreachableError(
            f"{where.address} was lost during a commit: whether the last batch was kept is unknown",
            hint="run the command again, it makes up for either",
        )
    absences = (exceptions.ServiceUnavailable, exceptions.SessionExpired, OSError)
    if isinstance(error, absences) or isinstance(error.__cause__, OSError):
        return _absence(error, where)
    words = where.hidden(str(error))
    if isinstance(error, (exceptions.ConfigurationError, ValueError)):
        return UsageError(f"{where.address} cannot be connected to: {words}")
    return UnreachableError(
        f"the work on {where.address} broke off: {type(error).__name__}: {words}"
    )


@contextmanager
def failures(where: Where, *, connecting: bool = False) -> Iterator[None]:
    """Turns the driver's errors in the block into graphkit's; `connecting` sockets' errors, too.

    Once connected, the driver wraps the sockets' errors itself, and an OSError is then of
    another making: a pipe that was closed, a file that cannot be written.
    """
    try:
        yield
    except Exception as error:
        of_driver = type(error).__module__.partition(".")[0] == "neo4j"
        if of_driver or (connecting and isinstance(error, (OSError, ValueError))):
            raise translated(error, where) from None
        raise


def _refusal(error: exceptions.Neo4jError, where: Where) -> GraphkitError:
    code = (error.code or "").removeprefix("Neo.")
    prefixes = [code, code[: code.rfind(".") + 1], code.partition(".")[0] + "."]
    meaning = next(
        (_CODES[prefix] for prefix in prefixes if prefix in _CODES), _CODES["DatabaseError."]
    )
    words = where.hidden(error.message or code)
    text = meaning.message.format(
        address=where.address,
        database=where.database or "that is home to the user",
        username=where.username,
        words=words.rstrip("."),
        code=where.hidden(error.code or "no code"),
    )
    return meaning.error(text, hint=meaning.hint)


def _not_writing(where: Where) -> GraphkitError:
    if where.scheme.startswith("neo4j"):
        return UnreachableError(
            f"the cluster of {where.address} has no member that can write now",
            hint="run the command again later, or see SHOW DATABASES",
        )
    return UsageError(
        f"{where.address} cannot write: its database is read-only, or it follows in a cluster",
        hint="use the neo4j:// address of a cluster; SHOW DATABASES tells what can be written",
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that led to it; the driver bundles several servers' into a group."""
    pending, seen = [error], set[int]()
    while pending:
        found = pending.pop(0)
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if isinstance(found, BaseExceptionGroup):
            pending += found.exceptions
        pending += [cause for cause in (found.__cause__, found.__context__) if cause]


def _absence(error: BaseException, where: Where) -> GraphkitError:
    causes = list(_causes(error))
    texts = " ".join(str(cause) for cause in causes)
    plain = where.scheme.partition("+")[0]
    encrypted = where.scheme != plain

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    lost = isinstance(error, exceptions.SessionExpired) or "defunct" in texts
    hint = ""
    if lost:
        message, hint = f"the connection to {where.address} was lost", _AGAIN
    elif untrusted := [c for c in causes if isinstance(c, ssl.SSLCertVerificationError)]:
        message = f"the certificate of {where.address} is not trusted: " + where.hidden(
            untrusted[0].verify_message or "it cannot be verified"
        )
        hint = f"name the certificate of its authority, or trust any by {plain}+ssc:// in a trial"
    elif has(socket.gaierror):
        message = f"the host name in {where.address} is not known"
        hint = "check the address"
    elif has(ConnectionRefusedError):
        message = f"no server listens at {where.address}"
        hint = "start it, or check the address; Bolt usually has port 7687"
    elif has(TimeoutError):
        message = f"{where.address} does not answer"
        hint = "check the address, and that a Neo4j server runs there"
        if encrypted:
            hint += f"; a server without encryption is reached by {plain}://"
    elif "looks like HTTP" in texts:
        message = f"{where.address} answers by HTTP, not by Bolt"
        hint = "the Bolt address is needed, usually port 7687"
    elif has(ssl.SSLError) or (encrypted and has(ConnectionError)):
        message = f"{where.address} does not answer with encryption"
        hint = f"a server without encryption is reached by {plain}:// instead of {where.scheme}://"
    elif has(ConnectionError) or "incomplete handshake" in texts:
        message = f"{where.address} closed the connection at once"
        hint = f"a server that wants encryption is reached by {plain}+s://"
    elif plain == "neo4j" and "routing" in texts:
        message = f"{where.address} names no member of its cluster that can do this"
        hint = "a single server is reached by bolt://"
    else:
        message = f"{where.address} cannot be reached: {where.hidden(str(error))}"
    return UnreachableError(message, hint=hint)
