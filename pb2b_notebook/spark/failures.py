"""What failed in Spark, in an error of this package. Spark's own errors may quote values of the rows."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDED: Final = (
    "the Spark session ended before the rows were computed",
    "start another one, and call again: spark = SparkSession.builder.getOrCreate()",
)
_LIBRARIES: Final = ("pyspark", "py4j", "grpc")
"""Libraries whose errors say that Spark failed: PySpark, and those by which it reaches Java and Spark Connect."""


class _Failure(NamedTuple):
    """A failure that Spark's text shows.

    Attributes:
        signs: Texts, one of which Spark's own has.
        message: What happened.
        repair: What to do.
    """

    signs: tuple[str, ...]
    message: str
    repair: str


_FAILURES: Final = (
    _Failure(
        ("CHECKPOINT_RDD_BLOCK_ID_NOT_FOUND", "Checkpoint block ", "ExecutorLostFailure", "NO_PEERS_FOR_BLOCK"),
        "an executor of Spark was lost, and with it rows that it had computed",
        "call again; if executors end for lack of memory, give them more: spark.executor.memoryOverhead, since Python "
        "and polars use memory outside of Java",
    ),
    _Failure(
        ("Python worker exited unexpectedly",),
        "a worker of Python ended while it computed, mostly for lack of memory",
        "give the executors more outside of Java: spark.executor.memoryOverhead; or use more and smaller partitions",
    ),
    _Failure(
        ("spark.driver.maxResultSize",),
        "what the executors return is larger than spark.driver.maxResultSize",
        'start the session with more, such as .config("spark.driver.maxResultSize", "8g")',
    ),
    _Failure(
        ("No space left on device", "Disk quota exceeded"),
        "a disk of the cluster is full",
        "free some of it, or start the session with spark.local.dir on a larger disk",
    ),
    _Failure(
        ("java.lang.OutOfMemoryError", "Java heap space"),
        "Spark has not enough memory",
        "start the session with more: spark.driver.memory and spark.executor.memory",
    ),
    _Failure(
        (
            "SparkContext was shut down", "SparkContext has been shutdown", "stopped SparkContext",
            "SESSION_CLOSED", "SESSION_NOT_FOUND", "SESSION_CHANGED", "NO_ACTIVE_SESSION", "StatusCode.UNAVAILABLE",
            "Answer from Java side is empty", "error while trying to connect to the Java server",
        ),
        *_ENDED,
    ),
    _Failure(
        ("SPARK_JOB_CANCELLED", "OPERATION_CANCELED", "cancelled part of cancelled job group"),
        "the job was cancelled",
        "call again",
    ),
)  # fmt: skip


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn an error of Spark into one of this package. Spark's own may have values of the rows in its text.

    Raises:
        UsageError: Spark failed.
    """
    try:
        yield
    except Exception as problem:
        if not _is_of_spark(problem):
            raise
        raise _error_of(problem) from None


def _is_of_spark(problem: Exception) -> bool:
    return type(problem).__module__.partition(".")[0] in _LIBRARIES or isinstance(problem, ConnectionError)


def _error_of(problem: Exception) -> UsageError:
    if isinstance(problem, ConnectionError):  # Java has ended
        message, repair = _ENDED
        return UsageError(message, repair=repair)
    text = str(problem)
    for failure in _FAILURES:
        if any(sign in text for sign in failure.signs):
            return UsageError(failure.message, repair=failure.repair)
    condition = getattr(problem, "getCondition", lambda: None)() or type(problem).__name__
    return UsageError(
        f"Spark could not compute the rows ({condition})",
        repair='df.write.format("noop").mode("overwrite").save() reads all rows and reports what fails; if that '
        "works, see the log of the executors",
    )
